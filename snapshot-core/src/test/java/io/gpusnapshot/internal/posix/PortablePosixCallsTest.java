package io.gpusnapshot.internal.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PortablePosixCallsTest extends PosixCallsContract {
    @Override
    PosixCalls newCalls() {
        return new PortablePosixCalls();
    }

    @Test
    void whatIsLostIsSaid() {
        assertThat(newCalls().limitations()).contains("symbolic links", "1970", "slashes", "sparse");
    }
}
