package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Keys of hosts in OpenSSH's format. sshj's own reader takes a revoked key for good when another line names it first,
 * and gets negated patterns wrong, hence this one. Lines of certificate authorities are skipped.
 */
final class KnownHostsFile {
    private static final int DEFAULT_PORT = 22;

    static final KnownHostsFile EMPTY = new KnownHostsFile(List.of());

    private final List<KnownHostLine> lines;

    private KnownHostsFile(List<KnownHostLine> lines) {
        this.lines = lines;
    }

    enum Verdict {
        TRUSTED,
        REVOKED,
        OTHER_KEY,
        UNKNOWN_HOST
    }

    /** Reads a file. Lines that make no sense are skipped, as OpenSSH does. */
    static KnownHostsFile read(Path file) throws IOException {
        List<KnownHostLine> lines = new ArrayList<>();
        for (String line : new String(Files.readAllBytes(file), UTF_8).split("\n", -1)) {
            KnownHostLine.parse(line).ifPresent(lines::add);
        }
        return new KnownHostsFile(lines);
    }

    static KnownHostsFile readIfPresent(Path file) throws IOException {
        try {
            return read(file);
        } catch (NoSuchFileException absent) {
            return EMPTY;
        }
    }

    /** @param key type and bytes as in a line, separated by a blank */
    Verdict judge(String host, int port, String key) {
        String name = nameOf(host, port);
        boolean trusted = false;
        boolean known = false;
        for (KnownHostLine line : lines) {
            if (!line.matches(name)) {
                continue;
            }
            boolean same = line.key().equals(key);
            if (line.isRevoked() && same) {
                return Verdict.REVOKED;
            }
            known |= !line.isRevoked();
            trusted |= same;
        }
        if (trusted) {
            return Verdict.TRUSTED;
        }
        return known ? Verdict.OTHER_KEY : Verdict.UNKNOWN_HOST;
    }

    /** Types of keys that are known of a host. */
    List<String> keyTypes(String host, int port) {
        String name = nameOf(host, port);
        return lines.stream()
                .filter(line -> !line.isRevoked() && line.matches(name))
                .map(KnownHostLine::keyType)
                .distinct()
                .toList();
    }

    /** Adds a line to a file, which is made if need be. Several processes may do so at once. */
    static void add(Path file, String host, int port, String key) throws IOException {
        Optional<Path> directory = Optional.ofNullable(file.toAbsolutePath().getParent());
        if (directory.isPresent()) {
            Files.createDirectories(directory.get());
        }
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String text = (endsInMidLine(channel) ? "\n" : "") + nameOf(host, port) + " " + key + "\n";
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)), lock.channel().size());
        }
    }

    private static boolean endsInMidLine(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        return size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
    }

    private static String nameOf(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        return port == DEFAULT_PORT ? name : "[" + name + "]:" + port;
    }
}
