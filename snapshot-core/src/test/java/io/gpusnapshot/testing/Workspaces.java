package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes workspaces for tests. */
public final class Workspaces {
    private Workspaces() {}

    /** A file with its parents. */
    public static Path write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    /** A child whose name has these percent-escaped bytes. */
    public static Path childOfBytes(Path directory, String escapedName) {
        Path absolute = Path.of(URI.create("file:///" + escapedName));
        return directory.resolve(absolute.getFileName());
    }

    /** A file of one hole but for some bytes at the given offsets. */
    public static Path sparse(Path file, long size, byte[] data, long... offsets) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            for (long offset : offsets) {
                channel.write(ByteBuffer.wrap(data), offset);
            }
            if (channel.size() < size) {
                channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
            }
        }
        return file;
    }

    /** A tree with one of each kind: large and small files, several levels, links, an empty directory, odd names. */
    public static Path mixed(Path root, SeededRandom random) throws IOException {
        write(root.resolve("weights/model.bin"), random.nextBytes(700_000));
        write(root.resolve("weights/second.bin"), random.nextBytes(300_001));
        for (int i = 0; i < 40; i++) {
            byte[] content = ("line " + i + "\n").repeat(random.nextInt(200)).getBytes(UTF_8);
            write(root.resolve("code/package" + i % 4 + "/module" + i + ".py"), content);
        }
        write(root.resolve("empty.txt"), new byte[0]);
        Files.createDirectories(root.resolve("empty/directory"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("weights/model.bin"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere/at/all"));
        Files.createLink(root.resolve("zz-hard-link"), root.resolve("weights/second.bin"));
        write(childOfBytes(root, "caf%E9-%FF%01"), "not UTF-8".getBytes(UTF_8));
        return root;
    }
}
