package io.gpusnapshot.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command writes: results to {@code out}, everything else to {@code err}. Text is UTF-8 under every locale, and
 * JSON is plain ASCII.
 *
 * @param interactive whether somebody watches {@code err}
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive) {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Path ERR_LINK = Path.of("/proc/self/fd/2");
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);

    /** Writes the fields of an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static Terminal ofProcess() {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        FileOutputStream err = new FileOutputStream(FileDescriptor.err);
        return new Terminal(
                new PrintStream(new BufferedOutputStream(out, BUFFER_BYTES), false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                isErrTerminal());
    }

    /** What {@code System.console()} says depends on other streams and on the version of Java, so the system is asked. */
    private static boolean isErrTerminal() {
        try {
            String device = Files.readSymbolicLink(ERR_LINK).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Writes one JSON object as a line of its own. If it fails, the line ends broken, and another may follow. */
    void json(Fields fields) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } finally {
            out.println();
        }
    }

    void problem(String message) {
        err.println("gpu-snapshot: " + message);
    }
}
