package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.kinds.settings.BlockIoRules;
import dev.banyan.api.v1.BlockIo;
import dev.banyan.api.v1.DiskLimit;
import dev.banyan.api.v1.DiskLimit.Bound;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Decodes what one service asks of disks, whose values were checked already, each by itself. */
final class BlockIoDecoder {
    private BlockIoDecoder() {}

    /** Empty when it asks for nothing. */
    static Optional<BlockIo> decode(Mapping wanted) {
        var decoded = BlockIo.newBuilder();
        wanted.text("weight").map(Integer::parseInt).ifPresent(decoded::setWeight);
        Stream.of(Bound.values())
                .filter(BlockIoRules.KEYS::containsKey)
                .flatMap(bound -> limits(wanted, bound))
                .sorted(Comparator.comparing(DiskLimit::getBound).thenComparing(DiskLimit::getDisk))
                .forEach(decoded::addLimits);
        return Optional.of(decoded.build()).filter(found -> found.getSerializedSize() > 0);
    }

    private static Stream<DiskLimit> limits(Mapping wanted, Bound bound) {
        var value = bound == Bound.WEIGHT ? "weight" : "rate";
        return wanted.items(BlockIoRules.KEYS.getOrDefault(bound, "")).stream()
                .flatMap(item -> item instanceof Mapping limit ? Stream.of(limit) : Stream.empty())
                .map(limit -> DiskLimit.newBuilder()
                        .setBound(bound)
                        .setDisk(limit.text("path").orElse(""))
                        .setValue(limit.text(value).map(Long::parseLong).orElse(0L))
                        .build())
                // Of these was complained already.
                .filter(limit -> limit.getValue() > 0);
    }
}
