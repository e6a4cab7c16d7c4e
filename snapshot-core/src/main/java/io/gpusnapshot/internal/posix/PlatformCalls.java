package io.gpusnapshot.internal.posix;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the calls of this platform, once. */
final class PlatformCalls {
    private static final Logger LOGGER = LoggerFactory.getLogger(PlatformCalls.class);
    static final PosixCalls INSTANCE = choose();

    private PlatformCalls() {}

    private static PosixCalls choose() {
        String os = System.getProperty("os.name", "");
        if (!os.equals("Linux") || Boolean.getBoolean("gpusnapshot.portable")) {
            return new PortablePosixCalls();
        }
        try {
            return NativePosixCalls.load();
        } catch (LinkageError | RuntimeException unavailable) {
            // For example a temporary directory mounted noexec, or a C library that is not glibc.
            LOGGER.debug("Native calls are not available", unavailable);
            return new PortablePosixCalls();
        }
    }
}
