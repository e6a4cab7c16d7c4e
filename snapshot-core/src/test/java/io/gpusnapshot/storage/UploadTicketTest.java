package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadTicketTest {
    private static final UploadTicket TICKET = new UploadTicket(
            "key", "id", 25, List.of(new ByteRange(0, 10), new ByteRange(10, 10), new ByteRange(20, 5)));

    @Test
    void theSameLengthHasTheSameParts() {
        assertThat(TICKET.shortened(25)).isEqualTo(TICKET);
    }

    @Test
    void aShorterObjectHasAShorterLastPart() {
        assertThat(TICKET.shortened(13))
                .isEqualTo(new UploadTicket("key", "id", 13, List.of(new ByteRange(0, 10), new ByteRange(10, 3))));
    }

    @Test
    void ofSeveralPartsTwoMustBeLeft() {
        assertThat(TICKET.suits(25)).isTrue();
        assertThat(TICKET.suits(11)).isTrue();
        assertThat(TICKET.suits(10)).isFalse();
        assertThat(TICKET.suits(26)).isFalse();
        assertThat(new UploadTicket("key", "id", 25, List.of(new ByteRange(0, 25))).suits(1))
                .isTrue();
    }

    @Test
    void noPartIsEmpty() {
        assertThat(TICKET.shortened(20).parts()).hasSize(2);
        assertThat(TICKET.shortened(1).parts()).containsExactly(new ByteRange(0, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 26, Long.MAX_VALUE})
    void nothingElseIsAccepted(long lengthBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TICKET.shortened(lengthBytes))
                .withMessageContaining("1 to 25");
    }
}
