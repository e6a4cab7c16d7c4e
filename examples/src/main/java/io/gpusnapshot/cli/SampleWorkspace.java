package io.gpusnapshot.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Set;
import java.util.SplittableRandom;

/** A small workspace that has a bit of everything: weights, code, a sparse file, links, odd names and times. */
final class SampleWorkspace {
    private static final int SOURCE_FILES = 300;
    private static final int SOURCES_PER_FOLDER = 25;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final long SPARSE_BYTES = 16L << 20;
    private static final String SPARSE_FILE = "optimizer-state.sparse";
    /** The first character is the byte 0xFF, which is not UTF-8. */
    private static final String ODD_NAME = "%FF-not-utf-8.txt";

    private final Path root;
    private final long weightBytes;
    private final SplittableRandom random = new SplittableRandom(7);

    SampleWorkspace(Path root, long weightBytes) {
        this.root = root;
        this.weightBytes = weightBytes;
    }

    /** Makes it and returns the bytes written. */
    long make() throws IOException {
        Files.createDirectories(root.resolve("models"));
        writeWeights("models/bf16.safetensors", true);
        writeWeights("models/fp32.safetensors", false);
        long bytes = 2 * weightBytes + writeSources();
        writeSparse();
        writeOddities();
        return bytes;
    }

    /** Weights are normally distributed: signs and mantissas are noise, and exponents take few values. */
    private void writeWeights(String name, boolean half) throws IOException {
        try (FileChannel channel =
                FileChannel.open(root.resolve(name), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            for (long left = weightBytes; left > 0; left -= BLOCK_BYTES) {
                ByteBuffer block = weights((int) Math.min(left, BLOCK_BYTES), half);
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
        }
    }

    private ByteBuffer weights(int bytes, boolean half) {
        ByteBuffer block = ByteBuffer.allocate(bytes);
        int width = half ? Short.BYTES : Float.BYTES;
        while (block.remaining() >= width) {
            double sum = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
            int bits = Float.floatToRawIntBits((float) (sum * 0.02));
            if (half) {
                block.putShort((short) (bits >> 16));
            } else {
                block.putInt(bits);
            }
        }
        return block.rewind();
    }

    private long writeSources() throws IOException {
        long bytes = 0;
        for (int i = 0; i < SOURCE_FILES; i++) {
            Path folder = Files.createDirectories(root.resolve("src/package" + i / SOURCES_PER_FOLDER));
            String text = ("def step_" + i + "(state):\n    return state + " + random.nextInt(1000) + "\n")
                    .repeat(1 + random.nextInt(60));
            Files.writeString(folder.resolve("module" + i + ".py"), text);
            bytes += text.length();
        }
        return bytes;
    }

    private void writeSparse() throws IOException {
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
        try (FileChannel channel = FileChannel.open(root.resolve(SPARSE_FILE), options)) {
            channel.write(text("head"), 0);
            channel.write(text("middle"), SPARSE_BYTES / 2);
            channel.write(text("tail"), SPARSE_BYTES - 4);
        }
    }

    private void writeOddities() throws IOException {
        Path script = root.resolve("run.sh");
        Files.writeString(script, "#!/bin/sh\nexec python3 -m src\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(script, FileTime.from(Instant.parse("2021-02-03T04:05:06.123456789Z")));
        Files.createLink(root.resolve("run-too.sh"), script);
        if (Files.getFileStore(root).supportsFileAttributeView(UserDefinedFileAttributeView.class)) {
            Files.setAttribute(script, "user:origin", text("quickstart"));
        }
        Files.createSymbolicLink(root.resolve("latest"), Path.of("models/bf16.safetensors"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere/at all"));
        Files.createDirectory(root.resolve("empty"));
        Files.writeString(root.resolve("empty.bin"), "");
        Files.writeString(oddFile(), "The name of this file is not text.\n");
    }

    private Path oddFile() {
        String folder = root.toUri().toString();
        return Path.of(URI.create((folder.endsWith("/") ? folder : folder + "/") + ODD_NAME));
    }

    /** Changes a bit, as training and editing do, and returns the bytes written. */
    long change() throws IOException {
        ByteBuffer block = weights((int) Math.min(weightBytes, BLOCK_BYTES), true);
        long bytes = block.remaining();
        try (FileChannel channel =
                FileChannel.open(root.resolve("models/bf16.safetensors"), Set.of(StandardOpenOption.WRITE))) {
            channel.write(block, weightBytes - bytes);
        }
        Files.delete(root.resolve("src/package0/module1.py"));
        Files.writeString(root.resolve("src/package0/new.py"), "print('new')\n");
        return bytes;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
