package io.gpusnapshot.internal.delivery;

import io.gpusnapshot.remote.CommandTransfers;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** This machine with another environment, another shell, and, if asked, other file systems in some places. */
final class TestHost implements RemoteExecutor {
    private final LocalProcessExecutor local = LocalProcessExecutor.in(Path.of("/"));
    private final Map<String, String> environment = new TreeMap<>();
    private List<String> shell = List.of("sh");
    private String mounts = "";
    private final List<String> mounted = new ArrayList<>();

    TestHost(Path home) {
        environment.put("HOME", home.toString());
        environment.put("PATH", "/usr/bin:/bin");
    }

    TestHost with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    TestHost without(String variable) {
        environment.remove(variable);
        return this;
    }

    /** Runs scripts by another shell. */
    TestHost withShell(List<String> words) {
        shell = words;
        return this;
    }

    /** Runs every command in a name space of its own, in which these commands have mounted something. */
    TestHost withMounts(String commands) throws IOException {
        TestPrograms.assumeSuccess(
                "only root can mount, and not everywhere", "unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
        mounts = commands;
        return this;
    }

    /** Mounts a file system of its own, seen by everybody until this is closed. */
    TestHost withFileSystem(Path directory, String options) throws IOException {
        String place = directory.toString();
        TestPrograms.assumeSuccess(
                "only root can mount, and not everywhere", "mount", "-t", "tmpfs", "-o", options, "tmpfs", place);
        mounted.add(place);
        return this;
    }

    /** Nothing but what is installed for this test is a Java. */
    TestHost withoutJava() throws IOException {
        return withMounts("mount -t tmpfs tmpfs /usr/lib/jvm && mount -t tmpfs tmpfs /opt");
    }

    private RemoteCommand wrap(RemoteCommand command) {
        List<String> words = new ArrayList<>();
        if (!mounts.isEmpty()) {
            words.addAll(List.of("unshare", "-m", "sh", "-c", mounts + " && exec \"$@\"", "sh"));
        }
        words.addAll(List.of("env", "-i"));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        List<String> arguments = command.arguments();
        if (arguments.get(0).equals("sh")) {
            words.addAll(shell);
            arguments = arguments.subList(1, arguments.size());
        }
        words.addAll(arguments);
        return new RemoteCommand(
                words, command.environment(), command.stdin(), command.timeout(), command.maxOutputBytes());
    }

    @Override
    public String host() {
        return "test-host";
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
        CommandTransfers.upload(this, content, path, mode);
    }

    @Override
    public long download(String path, WritableByteChannel target) throws IOException {
        return CommandTransfers.download(this, path, target);
    }

    @Override
    public void close() {
        for (String place : mounted) {
            try {
                local.run(RemoteCommand.of("umount", "-l", place)).orThrow();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        local.close();
    }

    @Override
    public String toString() {
        return host();
    }
}
