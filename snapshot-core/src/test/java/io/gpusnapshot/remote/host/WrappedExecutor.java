package io.gpusnapshot.remote.host;

import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs programs of this machine by another program, which changes who or where they are. */
final class WrappedExecutor implements RemoteExecutor {
    private final RemoteExecutor local = LocalProcessExecutor.in(Path.of("/tmp"));
    private final List<String> wrapper;

    private WrappedExecutor(String... wrapper) {
        this.wrapper = List.of(wrapper);
    }

    static WrappedExecutor inNetwork(String namespace) {
        return new WrappedExecutor("ip", "netns", "exec", namespace);
    }

    static WrappedExecutor asNobody() {
        return new WrappedExecutor("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }

    private RemoteCommand wrap(RemoteCommand command) {
        List<String> words = new ArrayList<>(wrapper);
        words.addAll(command.arguments());
        return RemoteCommand.of(words);
    }

    @Override
    public String host() {
        return "wrapped";
    }

    @Override
    public RemoteResult run(RemoteCommand command) throws IOException {
        return local.run(wrap(command));
    }

    @Override
    public RemoteProcess start(RemoteCommand command) throws IOException {
        return local.start(wrap(command));
    }

    @Override
    public void upload(ContentSource content, String path, int mode) throws IOException {
        local.upload(content, path, mode);
    }

    @Override
    public long download(String path, WritableByteChannel target) throws IOException {
        return local.download(path, target);
    }

    @Override
    public void close() {
        local.close();
    }
}
