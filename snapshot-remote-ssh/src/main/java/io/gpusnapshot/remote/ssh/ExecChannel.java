package io.gpusnapshot.remote.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.ChannelInputStream;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.connection.channel.direct.Signal;
import net.schmizz.sshj.transport.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * A channel that runs a program. Four things are not as in sshj: waiting for room to send neither gives up after a while
 * nor holds a lock that the news of a lost link needs; the end of a program can be awaited before its channel closes;
 * closing does not wait for the program; and what comes after closing is dropped, which otherwise ends the connection.
 */
final class ExecChannel extends SessionChannel {
    private static final int SIGNAL_BASE = 128;

    // Guarded by the channel's own monitor, for sshj may call before the constructor has made another one.
    private boolean finished;
    private boolean abandoned;
    private @Nullable SSHException lost;

    ExecChannel(Connection connection) {
        super(connection);
    }

    @Override
    public void handle(Message message, SSHPacket packet) throws SSHException {
        super.handle(message, packet);
        signalChange();
    }

    @Override
    public void notifyError(SSHException error) {
        synchronized (this) {
            lost = error;
            notifyAll();
        }
        super.notifyError(error);
    }

    @Override
    protected void finishOff() {
        super.finishOff();
        synchronized (this) {
            finished = true;
            notifyAll();
        }
    }

    @Override
    protected void receiveInto(ChannelInputStream stream, SSHPacket packet) throws SSHException {
        synchronized (this) {
            if (!abandoned) {
                super.receiveInto(stream, packet);
            }
        }
    }

    private synchronized void signalChange() {
        notifyAll();
    }

    /** Wakes whoever uses the channel, for good. The host is told by {@link #sendFarewell()}. */
    void abandon() {
        synchronized (this) {
            abandoned = true;
            notifyAll();
        }
        close(getInputStream());
        close(getErrorStream());
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException impossible) {
            throw new IllegalStateException("Closing only sets a flag", impossible);
        }
    }

    /** Tells the host that the channel is not needed any more, and does not wait for what it says. */
    void sendFarewell() throws TransportException {
        if (isOpen()) {
            sendClose();
        }
    }

    synchronized boolean isAbandoned() {
        return abandoned;
    }

    /** Whether the host has closed the channel, or the link is gone. */
    synchronized boolean isFinished() {
        return finished;
    }

    /** Whether the program has ended, and whatever else could write to its outputs. */
    synchronized boolean isEnded() {
        return finished || (isEOF() && exitCode().isPresent());
    }

    /** Waits until something can be sent; returns how much. */
    int awaitRoom() throws IOException, InterruptedException {
        synchronized (this) {
            while (!isUnusable() && getRemoteWinSize() == 0) {
                wait();
            }
            throwIfLost();
            if (isUnusable()) {
                throw new ConnectionException("The program does not read any more");
            }
            return (int) Math.min(getRemoteWinSize(), getRemoteMaxPacketSize());
        }
    }

    private boolean isUnusable() {
        return abandoned || finished || lost != null;
    }

    /** Waits for the end of the program. Nothing if it still runs, or ran until the channel was abandoned. */
    OptionalInt awaitExit(long nanos) throws IOException, InterruptedException {
        long left = nanos;
        synchronized (this) {
            while (left > 0 && exitCode().isEmpty() && !isUnusable()) {
                left = waitNanos(left);
            }
            if (exitCode().isEmpty()) {
                throwIfLost();
            }
            return exitCode();
        }
    }

    private long waitNanos(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.timedWait(this, nanos);
        return nanos - (System.nanoTime() - start);
    }

    private void throwIfLost() throws SSHException {
        if (lost != null) {
            throw lost;
        }
    }

    /** As shells put it: a signal counts from 128 on. */
    OptionalInt exitCode() {
        Integer status = getExitStatus();
        if (status != null) {
            return OptionalInt.of(status);
        }
        Signal signal = getExitSignal();
        return signal == null ? OptionalInt.empty() : OptionalInt.of(SIGNAL_BASE + number(signal));
    }

    boolean awaitFinish(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (this) {
            while (left > 0 && !finished) {
                left = waitNanos(left);
            }
            return finished;
        }
    }

    private static int number(Signal signal) {
        return switch (signal) {
            case HUP -> 1;
            case INT -> 2;
            case QUIT -> 3;
            case ILL -> 4;
            case ABRT -> 6;
            case FPE -> 8;
            case KILL -> 9;
            case USR1 -> 10;
            case SEGV -> 11;
            case USR2 -> 12;
            case PIPE -> 13;
            case ALRM -> 14;
            case TERM -> 15;
            case UNKNOWN -> 0;
        };
    }
}
