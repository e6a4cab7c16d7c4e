package io.gpusnapshot.codec.fuzz;

import io.gpusnapshot.codec.fuzz.FuzzedDecoder.Frame;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders are given mutated frames: {@link FuzzedDecoder} tells what they must do. */
class DecoderFuzzTest {
    private static final int ROUNDS = 20;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd", "floats"})
    void mutatedFramesNeverHarm(String id) {
        FuzzedDecoder decoder = FuzzedDecoder.of(id);
        Mutations mutations = new Mutations(random);
        for (int round = 0; round < ROUNDS; round++) {
            List<Frame> frames = new ArrayList<>();
            for (DataSets kind : DataSets.values()) {
                frames.add(decoder.frame(kind, random));
            }
            List<byte[]> bytes = frames.stream().map(frame -> frame.bytes).toList();
            for (int i = 0; i < 100; i++) {
                Frame sample = frames.get(random.nextInt(frames.size()));
                decoder.decode(mutated(decoder, mutations.of(sample.bytes, bytes), sample.rawBytes));
            }
        }
    }

    private Frame mutated(FuzzedDecoder decoder, byte[] bytes, int rawBytes) {
        boolean repair = decoder.hasOwnChecksums() && random.nextInt(8) != 0;
        return new Frame(
                repair ? FloatsChecksums.repaired(bytes) : bytes,
                random.nextInt(4) == 0 ? random.nextInt(FuzzedDecoder.MAX_RAW_BYTES) : rawBytes);
    }
}
