package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;

/** Ends the connection behind so many bytes. */
final class CutOff implements Guard {
    private final FaultEffect.Ending ending;
    private final Connection connection;
    private long left;

    CutOff(FaultEffect.Cut cut, Connection connection) {
        this.left = cut.afterBytes();
        this.ending = cut.ending();
        this.connection = connection;
    }

    @Override
    public int admit(int wanted) throws IOException {
        if (left == 0) {
            connection.end(ending);
            throw new ClientGoneException("the connection was cut on demand");
        }
        int admitted = (int) Math.min(wanted, left);
        left -= admitted;
        return admitted;
    }
}
