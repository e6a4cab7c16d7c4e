package io.gpusnapshot.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.error.UnsupportedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecRegistryTest {
    private final CodecRegistry registry = CodecRegistry.of(List.of(new CodecWithoutNativeCode()));

    @Test
    void noneIsAlwaysUsable() throws IOException {
        assertThat(registry.isUsable(CodecRegistry.NONE)).isTrue();
        assertThat(registry.require(CodecRegistry.NONE, "a manifest").id()).isEqualTo(CodecRegistry.NONE);
    }

    @Test
    void whatIsNotThereIsNotUsable() {
        assertThat(registry.isUsable("lzma")).isFalse();
        assertThatThrownBy(() -> registry.require("lzma", "a manifest"))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("snapshot-compression");
    }

    @Test
    void aCodecWhoseNativeCodeCannotBeLoadedIsRefusedByName() {
        assertThat(registry.isUsable("broken")).isFalse();
        assertThatThrownBy(() -> registry.require("broken", "a manifest"))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContainingAll("broken", "no library here", "java.io.tmpdir");
    }

    @Test
    void twoCodecsOfOneIdAreRefused() {
        List<Codec> twice = List.of(new CodecWithoutNativeCode(), new CodecWithoutNativeCode());
        assertThatThrownBy(() -> CodecRegistry.of(twice)).isInstanceOf(IllegalArgumentException.class);
    }

    private static final class CodecWithoutNativeCode implements Codec {
        @Override
        public String id() {
            return "broken";
        }

        @Override
        public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
            throw new UnsatisfiedLinkError("no library here");
        }

        @Override
        public void decode(ByteBuffer encoded, ByteBuffer raw) {
            throw new UnsatisfiedLinkError("no library here");
        }

        @Override
        public OutputStream encoder(OutputStream sink) {
            throw new UnsatisfiedLinkError("no library here");
        }

        @Override
        public InputStream decoder(InputStream source) {
            throw new UnsatisfiedLinkError("no library here");
        }
    }
}
