"""The numbers of the system calls that a worker is refused, or allowed only with certain arguments.

The kernel filters by number, and every architecture numbers on its own. A test compares these with libseccomp's.
What this table does not name is allowed, up to the newest call that we know (`NEWEST`); what a later kernel adds
beyond does not exist for a worker.
"""

from __future__ import annotations

NEWEST = 456  # futex_requeue, Linux 6.7: from here on all architectures count alike

# Name, number on x86_64, number on aarch64; `-` where an architecture never had it.
_REFUSED = {
    "the network, and passing descriptors through an inherited socket": """
        socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242,
        sendmsg 46 211, sendmmsg 307 269, recvmsg 47 212, recvmmsg 299 243,
    """,
    "other programs and processes": """
        execve 59 221, execveat 322 281, uselib 134 -, fork 57 -, vfork 58 -,
    """,
    "reaching into other processes: memory, signals, priorities, sessions": """
        ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440,
        process_mrelease 448 448, kcmp 312 272, pidfd_open 434 434, pidfd_getfd 438 438, pidfd_send_signal 424 424,
        tkill 200 130, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, migrate_pages 256 238, move_pages 279 239,
        setpriority 141 140, ioprio_set 251 30, setpgid 109 154, setsid 112 157, get_robust_list 274 100,
    """,
    "changing files, and making memory that no limit counts": """
        creat 85 -, mknod 133 -, mknodat 259 33, mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -,
        unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276, link 86 -, linkat 265 37, symlink 88 -,
        symlinkat 266 36, truncate 76 45, ftruncate 77 46, fallocate 285 47, chmod 90 -, fchmod 91 52,
        fchmodat 268 53, fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, utime 132 -,
        utimes 235 -, utimensat 280 88, futimesat 261 -, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7,
        removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16, name_to_handle_at 303 264,
        open_by_handle_at 304 265, memfd_create 319 279, memfd_secret 447 447, inotify_init 253 -,
        inotify_init1 294 26, inotify_add_watch 254 27, fanotify_init 300 262, fanotify_mark 301 263, sync 162 81,
        syncfs 306 267, flock 73 32, splice 275 76, tee 276 77, vmsplice 278 75, copy_file_range 326 285,
        quotactl 179 60, quotactl_fd 443 443, swapon 167 224, swapoff 168 225,
    """,
    "objects of communication between processes, which outlive those who made them": """
        shmget 29 194, shmat 30 196, shmctl 31 195, shmdt 67 197, semget 64 190, semop 65 193, semtimedop 220 192,
        semctl 66 191, msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180,
        mq_unlink 241 181, mq_timedsend 242 182, mq_timedreceive 243 183, mq_notify 244 184, mq_getsetattr 245 185,
    """,
    "namespaces and mounts": """
        unshare 272 97, setns 308 268, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51,
        fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433, move_mount 429 429, open_tree 428 428,
        mount_setattr 442 442,
    """,
    "the kernel's own: modules, clocks, tracing, keys, queues of work that no filter sees": """
        bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, io_uring_setup 425 425, io_uring_enter 426 426,
        io_uring_register 427 427, io_setup 206 0, io_submit 209 2, io_destroy 207 1, io_getevents 208 4,
        io_pgetevents 333 292, io_cancel 210 3, keyctl 250 219, add_key 248 217, request_key 249 218,
        init_module 175 105, finit_module 313 273, create_module 174 -, delete_module 176 106, kexec_load 246 104,
        kexec_file_load 320 294, reboot 169 142, syslog 103 116, acct 163 89, iopl 172 -, ioperm 173 -,
        settimeofday 164 170, clock_settime 227 112, clock_adjtime 305 266, adjtimex 159 171, sethostname 170 161,
        setdomainname 171 162, personality 135 92, lookup_dcookie 212 18, nfsservctl 180 42, vhangup 153 58,
        modify_ldt 154 -, _sysctl 156 -, sysfs 139 -, seccomp 317 277, landlock_create_ruleset 444 444,
        landlock_add_rule 445 445, landlock_restrict_self 446 446,
    """,
    "becoming somebody else": """
        setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147, setresgid 119 149,
        setgroups 116 159, setfsuid 122 151, setfsgid 123 152, capset 126 91,
    """,
}

# These are judged by their arguments: see filter.py.
_WEIGHED = """
    clone 56 220, clone3 435 435, kill 62 129, tgkill 234 131, prlimit64 302 261, sched_setaffinity 203 122,
    sched_setscheduler 144 119, sched_setparam 142 118, sched_setattr 314 274, open 2 -, openat 257 56,
    openat2 437 437, ioctl 16 29, fcntl 72 25, prctl 157 167,
"""

_ARCHITECTURES = ("x86_64", "aarch64")


def _numbers(table: str, machine: str) -> dict[str, int]:
    column = 1 + _ARCHITECTURES.index(machine)
    entries = [entry.split() for entry in table.split(",") if entry.strip()]
    return {entry[0]: int(entry[column]) for entry in entries if entry[column] != "-"}


def refused(machine: str) -> dict[str, int]:
    """The calls that `machine` (`x86_64` or `aarch64`) refuses whatever their arguments: name to number."""
    return {name: number for table in _REFUSED.values() for name, number in _numbers(table, machine).items()}


def weighed(machine: str) -> dict[str, int]:
    """The calls that `machine` allows with some arguments only: name to number."""
    return _numbers(_WEIGHED, machine)
