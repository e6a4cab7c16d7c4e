package io.gpusnapshot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.internal.posix.PosixCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** File systems that are mounted for one test. Where that is not allowed, the test is skipped. */
final class Mounts implements AfterEachCallback {
    private final Deque<Path> mounted = new ArrayDeque<>();

    void mount(String type, String options, Path directory) throws IOException, InterruptedException {
        assumeTrue(PosixCalls.ofPlatform().identity().isSuperuser(), "only root can mount a file system");
        boolean done = run("mount", "-t", type, "-o", options, type, directory.toString()) == 0;
        assumeTrue(done, "this machine does not let root mount a " + type);
        mounted.push(directory);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (Path directory : mounted) {
            if (run("umount", directory.toString()) != 0) {
                run("umount", "--lazy", directory.toString());
                throw new AssertionError("a file of " + directory + " was left open");
            }
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
