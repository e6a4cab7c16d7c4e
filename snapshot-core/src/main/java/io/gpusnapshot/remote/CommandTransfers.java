package io.gpusnapshot.remote;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Moves files by nothing but commands that every POSIX system has: {@code sh cat wc chmod mv rm}. */
public final class CommandTransfers {
    /** What names of unfinished files start with. */
    public static final String TEMPORARY_PREFIX = ".gpusnapshot-upload-";

    /**
     * A link that dies ends the input as if it were complete, hence the count. {@code set -C} keeps {@code >} from
     * following a link that somebody put there.
     */
    private static final String RECEIVE = """
            umask 077
            temporary=$1 target=$2 mode=$3 length=$4
            if [ -d "$target" ]; then echo "$target is a directory" >&2; exit 1; fi
            trap 'rm -f "$temporary"' EXIT
            trap 'exit 1' HUP INT TERM
            set -C
            cat > "$temporary" || exit 1
            if [ "$(wc -c < "$temporary")" -ne "$length" ]; then echo "not all bytes arrived" >&2; exit 1; fi
            chmod "$mode" "$temporary" && mv -f "$temporary" "$target"
            """;

    private static final SecureRandom RANDOM = new SecureRandom();

    private CommandTransfers() {}

    /** Does what {@link RemoteExecutor#upload} promises by {@link RemoteExecutor#run}. */
    public static void upload(RemoteExecutor executor, ContentSource content, String path, int mode)
            throws IOException {
        RemoteExecutors.requireFile(path);
        RemoteExecutors.requireMode(mode);
        String target = operand(path);
        String octal = Integer.toOctalString(mode);
        String length = Long.toString(content.length());
        RemoteCommand command = RemoteCommand.of("sh", "-c", RECEIVE, "sh", temporaryFor(target), target, octal, length)
                .withStdin(content);
        RemoteResult result = executor.run(command);
        requireSuccess(result, "Cannot write " + path + " on " + executor.host());
    }

    /** Does what {@link RemoteExecutor#download} promises by {@link RemoteExecutor#start}. */
    public static long download(RemoteExecutor executor, String path, WritableByteChannel target) throws IOException {
        RemoteExecutors.requireFile(path);
        RemoteCommand command = RemoteCommand.of("cat", operand(path));
        Counter counter = new Counter(target);
        RemoteResult result;
        try (RemoteProcess process = executor.start(command)) {
            result = new CommandRun(executor.host(), command, process).toEnd(counter, OutputCapture.ofStart(0));
        }
        requireSuccess(result, "Cannot read " + path + " on " + executor.host());
        return counter.bytes.get();
    }

    /** A new name in the directory of a file. */
    public static String temporaryFor(String path) {
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        String name = TEMPORARY_PREFIX + HexFormat.of().formatHex(random);
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }

    /** The path such that no program takes it for an option. */
    private static String operand(String path) {
        return path.startsWith("/") ? path : "./" + path;
    }

    private static void requireSuccess(RemoteResult result, String what) throws RemoteCommandException {
        if (!result.isSuccess()) {
            String why = result.stderr().text().strip();
            String message = what + ": " + (why.isEmpty() ? "it ended with " + result.exitCode() : why);
            throw new RemoteCommandException(result.host(), result.exitCode(), why, message, null);
        }
    }

    private static final class Counter implements OutputSink {
        private final WritableByteChannel target;
        private final AtomicLong bytes = new AtomicLong();

        Counter(WritableByteChannel target) {
            this.target = target;
        }

        @Override
        public void accept(byte[] buffer, int count) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(buffer, 0, count);
            while (left.hasRemaining()) {
                target.write(left);
            }
            bytes.addAndGet(count);
        }
    }
}
