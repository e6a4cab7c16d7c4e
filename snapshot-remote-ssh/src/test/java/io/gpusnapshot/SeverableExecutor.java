package io.gpusnapshot;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.storage.ContentSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session on this machine whose link can be cut: programs then get the end of their input, and nobody kills them. */
final class SeverableExecutor implements RemoteExecutor {
    private final RemoteExecutor delegate;
    private final List<Severable> started = new CopyOnWriteArrayList<>();
    private volatile boolean severed;

    SeverableExecutor(Path home) {
        delegate = LocalProcessExecutor.in(home);
    }

    void sever() throws IOException {
        severed = true;
        for (Severable process : started) {
            process.delegate.stdin().close();
        }
    }

    private static RemoteUnavailableException lost() {
        return new RemoteUnavailableException("localhost", "The link was cut", null);
    }

    @Override
    public String host() {
        return delegate.host();
    }

    @Override
    public RemoteResult run(RemoteCommand command) throws IOException {
        if (severed) {
            throw lost();
        }
        return delegate.run(command);
    }

    @Override
    public RemoteProcess start(RemoteCommand command) throws IOException {
        Severable process = new Severable(delegate.start(command));
        started.add(process);
        return process;
    }

    @Override
    public void upload(ContentSource content, String path, int mode) throws IOException {
        delegate.upload(content, path, mode);
    }

    @Override
    public long download(String path, WritableByteChannel target) throws IOException {
        return delegate.download(path, target);
    }

    @Override
    public void close() {
        if (!severed) {
            delegate.close();
        }
    }

    private final class Severable implements RemoteProcess {
        private final RemoteProcess delegate;

        Severable(RemoteProcess delegate) {
            this.delegate = delegate;
        }

        @Override
        public OutputStream stdin() {
            return delegate.stdin();
        }

        @Override
        public InputStream stdout() {
            return new FilterInputStream(delegate.stdout()) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, length);
                    if (severed) {
                        throw lost();
                    }
                    return count;
                }
            };
        }

        @Override
        public InputStream stderr() {
            return delegate.stderr();
        }

        @Override
        public OptionalInt waitFor(Duration timeout) throws IOException {
            if (severed) {
                throw lost();
            }
            return delegate.waitFor(timeout);
        }

        @Override
        public void kill() {
            if (!severed) {
                delegate.kill();
            }
        }

        @Override
        public void close() {
            if (!severed) {
                delegate.close();
            }
        }
    }
}
