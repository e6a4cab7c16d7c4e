package io.gpusnapshot.cli;

import io.gpusnapshot.SnapshotListener;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotEvent.Progress;
import io.gpusnapshot.model.SnapshotEvent.Warned;
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
    private @Nullable ProgressBar bar;

    EventDisplay(Terminal terminal, OutputOptions output) {
        this.terminal = terminal;
        this.showsBar = terminal.interactive() && output.chatty();
    }

    @Override
    public synchronized void onEvent(SnapshotEvent event) {
        if (event instanceof Warned warned) {
            warn(warned);
        } else if (event instanceof Progress progress && showsBar) {
            advance(progress);
        }
    }

    private void warn(Warned warned) {
        String clear = bar == null ? "" : CLEAR_LINE;
        terminal.err().println(clear + "gpu-snapshot: warning: " + warned.warning());
    }

    private void advance(Progress progress) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = newBar();
            bar = shown;
        }
        shown.setExtraMessage(" " + progress.phase());
        shown.maxHint(progress.totalBytes().orElse(-1));
        shown.stepTo(progress.bytes());
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
