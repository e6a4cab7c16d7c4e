package io.gpusnapshot.cli;

import io.gpusnapshot.SnapshotListener;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotEvent.OnHost;
import io.gpusnapshot.model.SnapshotEvent.Progress;
import io.gpusnapshot.model.SnapshotEvent.Warned;
import java.util.Map;
import java.util.TreeMap;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows warnings as they come, and a progress bar where somebody watches. All of it goes to standard error. */
final class EventDisplay implements SnapshotListener, AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Terminal terminal;
    private final boolean showsBar;
    /** By host. */
    private final Map<String, Progress> latest = new TreeMap<>();

    private @Nullable ProgressBar bar;

    EventDisplay(Terminal terminal, OutputOptions output) {
        this.terminal = terminal;
        this.showsBar = terminal.interactive() && output.chatty();
    }

    @Override
    public synchronized void onEvent(SnapshotEvent event) {
        show("", event);
    }

    private void show(String host, SnapshotEvent event) {
        if (event instanceof OnHost one) {
            show(one.host(), one.event());
        } else if (event instanceof Warned warned) {
            warn(host.isEmpty() ? "" : host + ": ", warned);
        } else if (event instanceof Progress progress && showsBar) {
            latest.put(host, progress);
            advance(progress.phase());
        }
    }

    private void warn(String where, Warned warned) {
        String clear = bar == null ? "" : CLEAR_LINE;
        terminal.err().println(clear + "gpu-snapshot: warning: " + where + warned.warning());
    }

    /** Shows all hosts together. */
    private void advance(String phase) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = newBar();
            bar = shown;
        }
        boolean knowsAll = latest.values().stream()
                .allMatch(progress -> progress.totalBytes().isPresent());
        shown.setExtraMessage(" " + phase);
        shown.maxHint(
                knowsAll
                        ? latest.values().stream()
                                .mapToLong(progress -> progress.totalBytes().orElse(0))
                                .sum()
                        : -1);
        shown.stepTo(latest.values().stream().mapToLong(Progress::bytes).sum());
    }

    private ProgressBar newBar() {
        return new ProgressBarBuilder()
                .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" MiB", 1 << 20)
                .setInitialMax(-1)
                .showSpeed()
                .clearDisplayOnFinish()
                .build();
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
