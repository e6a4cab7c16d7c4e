package io.gpusnapshot.testing;

import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Random numbers that can be had again. Registered as an extension of a test class, it has a failed test print the
 * property that replays it. Every test starts from the same seed, whatever ran before it. Not thread-safe.
 */
public final class SeededRandom implements TestExecutionExceptionHandler {
    private static final String PROPERTY = "snapshot.seed";
    private static final long SEED = Long.getLong(PROPERTY, System.nanoTime());

    private final SplittableRandom random = new SplittableRandom(SEED);

    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** From {@code origin} on, below {@code bound}. */
    public int nextInt(int origin, int bound) {
        return random.nextInt(origin, bound);
    }

    public long nextLong() {
        return random.nextLong();
    }

    public double nextGaussian() {
        return random.nextGaussian();
    }

    public byte[] nextBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        failure.addSuppressed(new Replay());
        throw failure;
    }

    /** Shows up below the stack trace of the failure that it belongs to. */
    private static final class Replay extends Throwable {
        Replay() {
            super("replay with -D" + PROPERTY + "=" + SEED, null, false, false);
        }
    }
}
