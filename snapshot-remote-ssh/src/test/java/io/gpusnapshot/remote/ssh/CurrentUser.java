package io.gpusnapshot.remote.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** Who runs the tests. */
public final class CurrentUser {
    private CurrentUser() {}

    static String name() {
        return System.getProperty("user.name");
    }

    static Path home() {
        return Path.of(System.getProperty("user.home"));
    }

    public static boolean isRoot() {
        return name().equals("root");
    }

    /** Server processes that run as somebody else read their keys there. */
    static void letOthersRead(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(file -> file.toString().endsWith("authorized_keys"))
                    .toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
    }
}
