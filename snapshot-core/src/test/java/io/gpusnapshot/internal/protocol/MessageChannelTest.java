package io.gpusnapshot.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.BytePipe;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageChannelTest {
    @Test
    void messagesComeLineByLine() throws IOException {
        MessageChannel channel = Wire.of("{\"type\":\"a\"}\n{\"type\":\"b\",\"unknown\":[1,{}]}\n");
        assertThat(channel.receive()).hasToString("a");
        assertThat(channel.receive()).hasToString("b");
        assertThat(channel.receive()).isNull();
        assertThat(channel.trafficBytes()).isEqualTo(43);
    }

    @Test
    void aLineThatWasCutOffIsNoMessage() throws IOException {
        assertThat(Wire.of("{\"type\":\"a\"}").receive()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "1", "{\"a\":secret", "{\"secret\":1,\"secret\":2", "\u0000"})
    void whatIsNoObjectIsRefusedAndNotQuoted(String line) {
        assertThatExceptionOfType(UnsupportedFormatException.class)
                .isThrownBy(() -> Wire.of(line + "\n").receive())
                .withMessageContaining("the other end")
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @Test
    void whatTheOtherEndWouldNotReadIsNotSent() {
        MessageChannel channel = Wire.of("");
        Message message = Message.of("order").with("text", "x".repeat(Protocol.MAX_LINE_BYTES));
        assertThatExceptionOfType(UnsupportedFormatException.class)
                .isThrownBy(() -> channel.send(message))
                .withMessageContaining("order");
        assertThat(channel.trafficBytes()).isZero();
    }

    @Test
    void theLongestPackHasRoom() throws IOException {
        byte[] longest = new byte[Protocol.MAX_CONTENT_BYTES];
        assertThat(Wire.over(Message.of("storePack").withBytes("content", longest))
                        .bytes("content"))
                .isEqualTo(longest);
    }

    @Test
    void onlyWhoWaitsInVainHearsSilence() throws Exception {
        BytePipe pipe = new BytePipe();
        MessageChannel channel = new MessageChannel(pipe.in(), pipe.out(), "the other end");
        assertThat(channel.silentNanos()).isZero();
        BackgroundCall receiving = BackgroundCall.start(channel::receive).awaitMethod("take");
        while (channel.silentNanos() == 0) {
            Thread.onSpinWait();
        }
        channel.send(Message.of("pulse"));
        receiving.join();
        assertThat(channel.silentNanos()).isZero();
    }
}
