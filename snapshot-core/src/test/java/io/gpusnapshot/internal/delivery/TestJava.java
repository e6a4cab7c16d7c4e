package io.gpusnapshot.internal.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.storage.ContentSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What looks like a Java to scripts, and costs nothing to make, send and start. */
final class TestJava {
    private static final String PROGRAM = """
            #!/bin/sh
            case $* in
                *-version) echo 'openjdk version "%s" 2026-01-01' >&2; exit %d ;;
            esac
            exit 1
            """;

    private static final String PACK = """
            cd "$1" && find . -type f | xargs sha256sum > ../sums && mv ../sums SHA256SUMS && tar -cf - . | gzip -9n
            """;

    private TestJava() {}

    /** Makes a home of Java. */
    static Path install(Path home, String version) throws IOException {
        return install(home, version, 0);
    }

    private static Path install(Path home, String version, int exitCode) throws IOException {
        Path program = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(program, PROGRAM.formatted(version, exitCode), UTF_8);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("modules"), "modules of " + version + "\n");
        return home;
    }

    /** A runtime as it is sent. */
    static Artifact runtime(Path scratch, String version) throws IOException {
        return pack(install(scratch.resolve("runtime"), version));
    }

    /** A runtime that does not start. */
    static Artifact brokenRuntime(Path scratch) throws IOException {
        return pack(install(scratch.resolve("runtime"), "GLIBC_2.99 not found", 1));
    }

    /** A runtime that is much larger than what is sent lets expect. */
    static Artifact runtimeOfZeros(Path scratch, int bytes) throws IOException {
        Path home = install(scratch.resolve("runtime"), "17.0.8");
        Files.write(home.resolve("modules"), new byte[bytes]);
        return pack(home);
    }

    private static Artifact pack(Path home) throws IOException {
        try (RemoteExecutor local = LocalProcessExecutor.inHome()) {
            byte[] packed = local.run(RemoteCommand.of("sh", "-c", PACK, "sh", home.toString()))
                    .orThrow()
                    .stdout()
                    .bytes();
            return Artifact.of(ContentSources.of(packed));
        }
    }
}
