package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.BlockIo;
import dev.banyan.api.v1.DiskLimit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a service may ask of disks. Pure; adds to what was found before. */
public record BlockIoRules(List<SettingsProblem> problems) {
    private static final String KEY = "blkio_config";

    /** The kernel's own. */
    private static final int WEIGHT_MIN = 10;

    private static final int WEIGHT_MAX = 1000;

    /** More disks than this on one server, times five bounds, are a mistake. */
    static final int LIMITS_MAX = 128;

    private static final Pattern DISK = Pattern.compile("/dev/[A-Za-z0-9_.,:+@/-]{1,200}");

    /** The keys of a Compose file by what they bound. */
    public static final Map<DiskLimit.Bound, String> KEYS = Map.of(
            DiskLimit.Bound.WEIGHT, "weight_device",
            DiskLimit.Bound.READ_BYTES_PER_SECOND, "device_read_bps",
            DiskLimit.Bound.WRITE_BYTES_PER_SECOND, "device_write_bps",
            DiskLimit.Bound.READS_PER_SECOND, "device_read_iops",
            DiskLimit.Bound.WRITES_PER_SECOND, "device_write_iops");

    void check(BlockIo wanted) {
        require(wanted.getWeight() == 0 || isWeight(wanted.getWeight()), "must be from 10 to 1000", "weight");
        require(wanted.getLimitsCount() <= LIMITS_MAX, "at most " + LIMITS_MAX + " limits of disks", "");
        var seen = new HashSet<String>();
        for (var limit : wanted.getLimitsList()) {
            var key = KEYS.getOrDefault(limit.getBound(), "");
            require(!key.isEmpty(), "bounds what this version does not know", "");
            require(seen.add(key + " " + limit.getDisk()), "has two limits of " + limit.getDisk(), key);
            require(
                    DISK.matcher(limit.getDisk()).matches() && !limit.getDisk().contains(".."),
                    "'" + limit.getDisk() + "' is no disk of a server: its path begins with /dev/",
                    key);
            value(limit, key);
        }
    }

    private void value(DiskLimit limit, String key) {
        boolean weight = limit.getBound() == DiskLimit.Bound.WEIGHT;
        require(
                weight ? isWeight(limit.getValue()) : limit.getValue() > 0,
                limit.getDisk() + (weight ? ": must be from 10 to 1000" : ": must be more than 0"),
                key);
    }

    private static boolean isWeight(long value) {
        return value >= WEIGHT_MIN && value <= WEIGHT_MAX;
    }

    private void require(boolean holds, String message, String key) {
        if (!holds) {
            problems.add(new SettingsProblem(key.isEmpty() ? List.of(KEY) : List.of(KEY, key), message));
        }
    }
}
