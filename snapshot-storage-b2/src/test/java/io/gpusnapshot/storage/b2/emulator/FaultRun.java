package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** What the faults that struck one request do to it. */
final class FaultRun {
    static final FaultRun NONE = new FaultRun(Operation.UNKNOWN, List.of());

    private final Operation operation;
    private final List<InjectedFault> faults;

    FaultRun(Operation operation, List<InjectedFault> faults) {
        this.operation = operation;
        this.faults = faults;
    }

    void beforeCall() throws ApiException, IOException {
        pauseAt(FaultEffect.Point.BEFORE_CALL);
        for (InjectedFault fault : faults) {
            if (fault.effect() instanceof FaultEffect.Fail fail) {
                throw new ApiException(fail.status(), fail.code(), "This fault was asked for", fail.retryAfter());
            }
        }
    }

    boolean dropsReply() {
        return faults.stream().anyMatch(fault -> fault.effect() instanceof FaultEffect.DropReply);
    }

    InputStream request(InputStream body, Connection connection) {
        InputStream source = body;
        for (InjectedFault fault : operation.isUpload() ? faults : List.<InjectedFault>of()) {
            if (fault.effect() instanceof FaultEffect.Throttle throttle) {
                source = new GuardedInputStream(source, new Pace(throttle.bytesPerSecond(), fault));
            } else if (fault.effect() instanceof FaultEffect.Cut cut) {
                source = new GuardedInputStream(source, new CutOff(cut, connection));
            }
        }
        return source;
    }

    Reply.Content reply(Reply.Content content, Connection connection) {
        return faults.isEmpty() ? content : new FaultyContent(content, connection);
    }

    private void pauseAt(FaultEffect.Point point) throws IOException {
        for (InjectedFault fault : faults) {
            if (fault.effect() instanceof FaultEffect.Delay delay && delay.point() == point) {
                fault.pause(delay.atMost());
            }
        }
    }

    private final class FaultyContent implements Reply.Content {
        private final Reply.Content content;
        private final Connection connection;

        FaultyContent(Reply.Content content, Connection connection) {
            this.content = content;
            this.connection = connection;
        }

        @Override
        public long length() {
            return content.length();
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            // Status and headers wait in a buffer for the first bytes of the body.
            sink.flush();
            pauseAt(FaultEffect.Point.BEHIND_REPLY_HEADERS);
            OutputStream wrapped = wrap(sink);
            content.writeTo(wrapped);
            wrapped.flush();
        }

        private OutputStream wrap(OutputStream sink) {
            OutputStream wrapped = sink;
            for (InjectedFault fault : faults) {
                if (fault.effect() instanceof FaultEffect.Flip flip) {
                    wrapped = new FlippingOutputStream(wrapped, flip.offset());
                } else if (fault.effect() instanceof FaultEffect.Throttle throttle && !operation.isUpload()) {
                    wrapped = new GuardedOutputStream(wrapped, new Pace(throttle.bytesPerSecond(), fault));
                } else if (fault.effect() instanceof FaultEffect.Cut cut && !operation.isUpload()) {
                    wrapped = new GuardedOutputStream(wrapped, new CutOff(cut, connection));
                }
            }
            return wrapped;
        }
    }
}
