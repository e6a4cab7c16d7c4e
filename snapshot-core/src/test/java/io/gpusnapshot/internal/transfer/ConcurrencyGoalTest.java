package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is found while data moves is nearly as good as the best fixed number, which differs from path to path. Finding it
 * costs a second or so. The paths are computed: bytes flow evenly, in steps of a few milliseconds.
 */
class ConcurrencyGoalTest {
    private static final int MAX = 200;
    private static final long RANGE_BYTES = 4 << 20;
    private static final long JOB_BYTES = 12_000_000_000L;
    private static final long STEP_NANOS = 2_000_000;
    private static final double TOLERANCE = 1.1;
    private static final double NANOS_PER_SECOND = 1e9;

    /** A way to a store. */
    private enum Path {
        NEAR(0.001, Double.MAX_VALUE, 800e6),
        FAR(0.050, Double.MAX_VALUE, 800e6),
        CAPPED(0.001, 10e6, 800e6),
        FAR_AND_CAPPED(0.050, 10e6, 800e6),
        VERY_FAR_AND_WIDE(0.150, 25e6, 1250e6),
        NARROW(0.050, Double.MAX_VALUE, 120e6);

        private final double delaySeconds;
        private final double bytesPerSecondOfOne;
        private final double bytesPerSecondOfAll;

        Path(double delaySeconds, double bytesPerSecondOfOne, double bytesPerSecondOfAll) {
            this.delaySeconds = delaySeconds;
            this.bytesPerSecondOfOne = bytesPerSecondOfOne;
            this.bytesPerSecondOfAll = bytesPerSecondOfAll;
        }

        /** Each connection beyond what is of use costs a little. */
        double bytesPerSecond(int flowing) {
            double all = bytesPerSecondOfAll / (1 + flowing / 1000.0);
            return Math.min(bytesPerSecondOfOne, all / Math.max(1, flowing));
        }
    }

    /** A request on its way. */
    private static final class Request {
        private final ConcurrencyLimit.Permit permit;
        private double secondsToWait;
        private long bytesLeft = RANGE_BYTES;

        Request(ConcurrencyLimit.Permit permit, double secondsToWait) {
            this.permit = permit;
            this.secondsToWait = secondsToWait;
        }

        /** Moves bytes, and tells whether that were the last. */
        boolean move(double bytes) {
            long count = Math.min(bytesLeft, Math.round(bytes));
            permit.moved(count);
            bytesLeft -= count;
            return bytesLeft == 0;
        }
    }

    /** One job, from its first byte to its last. */
    private static final class Job {
        private final Path path;
        private final ConcurrencyLimit limit;
        private final List<Request> requests = new ArrayList<>();
        private long now;
        private long bytesToAsk = JOB_BYTES;

        Job(Path path, int min, int max) {
            this.path = path;
            this.limit = new ConcurrencyLimit(min, max, () -> now);
        }

        double seconds() throws InterruptedException {
            ask();
            while (!requests.isEmpty()) {
                now += STEP_NANOS;
                flow(STEP_NANOS / NANOS_PER_SECOND);
                ask();
            }
            return now / NANOS_PER_SECOND;
        }

        private void ask() {
            while (bytesToAsk > 0) {
                Optional<ConcurrencyLimit.Permit> permit = limit.tryAcquire();
                if (permit.isEmpty()) {
                    return;
                }
                bytesToAsk -= RANGE_BYTES;
                requests.add(new Request(permit.get(), path.delaySeconds));
            }
        }

        private void flow(double seconds) {
            int flowing = (int) requests.stream()
                    .filter(request -> request.secondsToWait <= 0)
                    .count();
            double bytes = path.bytesPerSecond(flowing) * seconds;
            for (Iterator<Request> each = requests.iterator(); each.hasNext(); ) {
                Request request = each.next();
                if (request.secondsToWait > 0) {
                    request.secondsToWait -= seconds;
                } else if (request.move(bytes)) {
                    each.remove();
                    request.permit.close();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFoundIsNearlyAsGoodAsTheBestFixedNumber(Path path) throws InterruptedException {
        double best = Double.MAX_VALUE;
        StringBuilder curve = new StringBuilder();
        for (int fixed : IntStream.of(1, 2, 4, 8, 16, 32, 64, 128, MAX).toArray()) {
            double seconds = new Job(path, fixed, fixed).seconds();
            curve.append(fixed)
                    .append(": ")
                    .append(String.format("%.1f", seconds))
                    .append(" s, ");
            best = Math.min(best, seconds);
        }
        double found = new Job(path, 1, MAX).seconds();
        assertThat(found).as(curve.toString()).isLessThan(best * TOLERANCE);
    }
}
