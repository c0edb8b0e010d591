"""The instruments that record one part of an observation each, on the untrusted side: operators, memory, devices."""
