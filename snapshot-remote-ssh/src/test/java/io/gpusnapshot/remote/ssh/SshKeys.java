package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys made by {@code ssh-keygen}. */
public final class SshKeys {
    private static final Path PROGRAM = Path.of("/usr/bin/ssh-keygen");

    private SshKeys() {}

    /** Makes a key without passphrase; its public half is beside it, with {@code .pub} at the end. */
    public static Path generate(Path file, String type, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("-q", "-t", type, "-f", file.toString(), "-C", "test"));
        words.addAll(List.of(options));
        if (!words.contains("-N")) {
            words.addAll(List.of("-N", ""));
        }
        if (type.equals("rsa") && !words.contains("-b")) {
            words.addAll(List.of("-b", "2048"));
        }
        keygen(words);
        return file;
    }

    /** {@code SHA256:…} */
    static String fingerprint(Path publicKey) throws IOException {
        return keygen(List.of("-l", "-f", publicKey.toString())).split(" ", -1)[1];
    }

    /** Type and bytes, as in a file of known hosts. */
    static String line(Path publicKey) throws IOException {
        String[] words = Files.readString(publicKey).split(" ", -1);
        return words[0] + " " + words[1];
    }

    static String keygen(List<String> options) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "needs ssh-keygen (package openssh-client)");
        List<String> words = new ArrayList<>(List.of(PROGRAM.toString()));
        words.addAll(options);
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("ssh-keygen " + options + " failed: " + output);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("Interrupted"));
        }
        return output;
    }
}
