package io.gpusnapshot.delivery;

import io.gpusnapshot.remote.CommandTransfers;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** A host that runs every command by way of another, which sets the stage for it. */
final class PreparedHost implements RemoteExecutor {
    private final RemoteExecutor host;
    private final List<String> stage;

    PreparedHost(RemoteExecutor host, List<String> stage) {
        this.host = host;
        this.stage = stage;
    }

    private RemoteCommand wrap(RemoteCommand command) {
        List<String> words = new ArrayList<>(stage);
        words.addAll(command.arguments());
        return new RemoteCommand(
                words, command.environment(), command.stdin(), command.timeout(), command.maxOutputBytes());
    }

    @Override
    public String host() {
        return host.host();
    }

    @Override
    public RemoteResult run(RemoteCommand command) throws IOException {
        return host.run(wrap(command));
    }

    @Override
    public RemoteProcess start(RemoteCommand command) throws IOException {
        return host.start(wrap(command));
    }

    @Override
    public void upload(ContentSource content, String path, int mode) throws IOException {
        CommandTransfers.upload(this, content, path, mode);
    }

    @Override
    public long download(String path, WritableByteChannel target) throws IOException {
        return CommandTransfers.download(this, path, target);
    }

    @Override
    public void close() {
        host.close();
    }

    @Override
    public String toString() {
        return host();
    }
}
