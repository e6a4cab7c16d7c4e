package io.gpusnapshot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.gpusnapshot.internal.posix.PosixCalls;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs things as somebody who may read only what everybody may read, though the tests themselves run as root. */
final class OtherUser {
    private static final int NOBODY = 65534;

    private OtherUser() {}

    /** System calls that change the rights of the calling thread, and of those that it starts, to files. */
    private interface LinuxCalls extends Library {
        int setfsuid(int user);

        int setfsgid(int group);
    }

    /** Runs an action on a thread of its own; skips the test where that cannot be. */
    static <T> T call(Callable<T> action) throws Exception {
        boolean linux = System.getProperty("os.name").equals("Linux");
        assumeTrue(linux, "only on Linux can a thread have other rights than its process");
        FutureTask<T> task = new FutureTask<>(() -> {
            if (PosixCalls.ofPlatform().identity().isSuperuser()) {
                becomeNobody();
            }
            return action.call();
        });
        new Thread(task, "other-user").start();
        try {
            return task.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private static void becomeNobody() {
        LinuxCalls calls = Native.load("c", LinuxCalls.class);
        calls.setfsgid(NOBODY);
        calls.setfsuid(NOBODY);
        assumeTrue(canReadClasses(), "the class path is readable to its owner only");
    }

    private static boolean canReadClasses() {
        try (InputStream own = OtherUser.class.getResourceAsStream("OtherUser.class")) {
            return own != null && own.read() >= 0;
        } catch (IOException denied) {
            return false;
        }
    }
}
