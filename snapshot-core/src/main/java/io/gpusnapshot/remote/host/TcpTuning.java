package io.gpusnapshot.remote.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.model.TuningReport;
import io.gpusnapshot.model.TuningSetting;
import io.gpusnapshot.model.TuningSetting.Outcome;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host's network, tuned for bulk transfers until this is closed. A process on the host holds the settings and changes
 * them back when its input ends, so they are changed back, too, when the link is lost or this JVM dies; of several jobs on
 * one host the last to end does it. A host that denies this is no failure: each setting's fate is in the report.
 *
 * <p>Close it before its executor, which kills what it finds running; what was missed so is made good by the next job on
 * the host, or by its next start.
 */
public final class TcpTuning implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpTuning.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String BUFFER_BYTES = "134217728";

    private static final List<Wish> WISHES = List.of(
            new Wish("net.ipv4.tcp_congestion_control", "exact", "bbr"),
            new Wish("net.core.rmem_max", "least", BUFFER_BYTES),
            new Wish("net.core.wmem_max", "least", BUFFER_BYTES),
            new Wish("net.ipv4.tcp_rmem", "third", BUFFER_BYTES),
            new Wish("net.ipv4.tcp_wmem", "third", BUFFER_BYTES),
            new Wish("net.ipv4.tcp_slow_start_after_idle", "exact", "0"),
            new Wish("net.ipv4.tcp_window_scaling", "exact", "1"));

    private final RemoteExecutor executor;
    private final CompletableFuture<RemoteProcess> holder = new CompletableFuture<>();
    private final FutureTask<Map<String, String[]>> answers = new FutureTask<>(this::tune);

    private TcpTuning(RemoteExecutor executor) {
        this.executor = executor;
    }

    private record Wish(String name, String kind, String value) {}

    /**
     * Begins to tune as far as the host permits, and waits for nothing; {@link #report} waits for the end of that. The
     * caller closes the result.
     */
    public static TcpTuning begin(RemoteExecutor executor) {
        TcpTuning tuning = new TcpTuning(executor);
        // In a thread of its own, since not every executor's streams heed an interrupt.
        Thread thread = new Thread(tuning.answers, "tcp-tuning");
        thread.setDaemon(true);
        thread.start();
        return tuning;
    }

    /**
     * Tunes as far as the host permits. The caller closes the result.
     *
     * @throws InterruptedIOException if the thread is interrupted; nothing else is a failure
     */
    public static TcpTuning apply(RemoteExecutor executor) throws InterruptedIOException {
        TcpTuning tuning = begin(executor);
        try {
            tuning.report();
            return tuning;
        } catch (InterruptedIOException cancelled) {
            tuning.close();
            throw cancelled;
        }
    }

    private static RemoteCommand command() {
        List<String> words = new ArrayList<>(List.of("sh", "-c", Scripts.read("tcp-tuning.sh"), "sh"));
        for (Wish wish : WISHES) {
            words.addAll(List.of(wish.name(), wish.kind(), wish.value()));
        }
        return RemoteCommand.of(words);
    }

    private Map<String, String[]> tune() throws IOException {
        try {
            RemoteProcess process = executor.start(command());
            holder.complete(process);
            return parse(process);
        } catch (IOException | RuntimeException failed) {
            holder.completeExceptionally(failed);
            throw failed;
        }
    }

    private Map<String, String[]> answers() throws IOException {
        try {
            return answers.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Tuning was cancelled");
        } catch (TimeoutException late) {
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private static Map<String, String[]> parse(RemoteProcess process) throws IOException {
        Map<String, String[]> answers = new HashMap<>();
        BufferedReader output = new BufferedReader(new InputStreamReader(process.stdout(), UTF_8));
        for (String line = output.readLine(); line != null && !line.equals("done"); line = output.readLine()) {
            String[] fields = line.split("\\|", -1);
            if (fields.length == 3) {
                answers.put(fields[1], fields);
            }
        }
        return answers;
    }

    private static TuningReport report(Map<String, String[]> answers) {
        List<TuningSetting> settings = new ArrayList<>();
        for (Wish wish : WISHES) {
            String[] answer = answers.getOrDefault(wish.name(), new String[] {"denied", wish.name(), ""});
            settings.add(new TuningSetting(wish.name(), answer[2], wish.value(), outcome(answer[0])));
        }
        return new TuningReport(settings);
    }

    private static Outcome outcome(String word) {
        return switch (word) {
            case "applied" -> Outcome.APPLIED;
            case "already" -> Outcome.ALREADY_SO;
            default -> Outcome.DENIED;
        };
    }

    /**
     * What could be done.
     *
     * @throws InterruptedIOException if the thread is interrupted while that is not known yet
     */
    public TuningReport report() throws InterruptedIOException {
        try {
            return report(answers());
        } catch (InterruptedIOException cancelled) {
            throw cancelled;
        } catch (IOException failed) {
            LOG.info("The network of {} is left as it is: {}", executor, failed.getMessage());
            return report(Map.of());
        }
    }

    /** Changes back what was changed, unless another job still needs it. Never fails; waits a few seconds at most. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try (RemoteProcess process = holder.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            process.stdin().close();
            if (process.waitFor(PATIENCE).isEmpty()) {
                LOG.info(
                        "The network settings of {} could not be changed back within {} s",
                        executor,
                        PATIENCE.toSeconds());
            }
        } catch (InterruptedException | InterruptedIOException again) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException notBegun) {
            LOG.debug("The network settings of {} were not changed", executor, notBegun);
        } catch (IOException lost) {
            LOG.debug("The host changes its network settings back by itself", lost);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
