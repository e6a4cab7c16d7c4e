package io.gpusnapshot.storage.s3;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Everything that anybody in this process has to say, at all levels, by either way of logging, until it is closed. */
final class AllLogs implements AutoCloseable {
    private final Collection<Line> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final java.util.logging.Logger javaRoot = LogManager.getLogManager().getLogger("");
    private final Level rootLevel = root.getLevel();
    private final java.util.logging.Level javaLevel = javaRoot.getLevel();
    private final Appender appender = new Appender();
    private final JavaHandler handler = new JavaHandler();

    private record Line(String logger, String text) {}

    private final class Appender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            String failure = Optional.ofNullable(event.getThrowableProxy())
                    .map(ThrowableProxyUtil::asString)
                    .orElse("");
            lines.add(new Line(event.getLoggerName(), event.getFormattedMessage() + failure));
        }
    }

    private final class JavaHandler extends Handler {
        @Override
        public void publish(LogRecord event) {
            lines.add(new Line(String.valueOf(event.getLoggerName()), new SimpleFormatter().format(event)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    AllLogs() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.detachAppender("STDERR");
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
        handler.setLevel(java.util.logging.Level.ALL);
        javaRoot.addHandler(handler);
        javaRoot.setLevel(java.util.logging.Level.ALL);
    }

    /** The loggers that have said something. */
    Set<String> loggers() {
        return lines.stream().map(Line::logger).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The loggers that have told a secret. */
    Set<String> loggersOf(String secret) {
        return lines.stream()
                .filter(line -> line.text().contains(secret))
                .map(Line::logger)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        root.setLevel(rootLevel);
        javaRoot.removeHandler(handler);
        javaRoot.setLevel(javaLevel);
    }
}
