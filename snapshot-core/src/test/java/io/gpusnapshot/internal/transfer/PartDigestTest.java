package io.gpusnapshot.internal.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PartDigestTest {
    private static final ContentSource CONTENT = ContentSources.of("..abc..".getBytes(US_ASCII));
    private static final ByteRange ABC = new ByteRange(2, 3);

    @Test
    void theStandardHeaderCarriesTheMd5() throws IOException {
        PartDigest digest = PartDigest.compute(GrantedRequest.CONTENT_MD5, "key", CONTENT, ABC);
        assertThat(digest.value()).isEqualTo("kAFQmDzST7DWlj99KOF/cg==");
        assertThat(digest.sha1()).isEmpty();
    }

    @Test
    void anyOtherHeaderCarriesTheSha1() throws IOException {
        PartDigest digest = PartDigest.compute("X-Sha1", "key", CONTENT, ABC);
        assertThat(digest.value()).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(digest.sha1()).contains(digest.value());
    }

    @Test
    void contentThatEndsEarlyIsNamed() {
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> PartDigest.compute("X-Sha1", "key", CONTENT, new ByteRange(5, 3)))
                .withMessageContaining("key ended 1 bytes early");
    }
}
