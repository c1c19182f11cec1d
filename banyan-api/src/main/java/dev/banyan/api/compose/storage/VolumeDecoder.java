package dev.banyan.api.compose.storage;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.VolumeManifest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the volumes that a project declares and its services mount. */
public final class VolumeDecoder {
    /** Part of a Volume's name, behind the app's and a dot. */
    private static final Pattern KEY = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?");

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?");

    private final Mapping volumes;
    private final Spot root;
    private final Map<String, String> spelled = new HashMap<>();

    private VolumeDecoder(Mapping tree, Spot root) {
        this.volumes = tree.mapping("volumes");
        this.root = root;
    }

    /**
     * The volumes that {@code services} mount, ordered by key.
     *
     * @param tree of the whole project
     */
    public static List<VolumeManifest> decode(Mapping tree, Spot root, List<ServiceManifest> services) {
        var used = new TreeSet<String>();
        for (var service : services) {
            for (var mount : service.getMountsList()) {
                if (mount.hasVolume()) {
                    used.add(mount.getVolume().getName());
                }
            }
        }
        var decoder = new VolumeDecoder(tree, root);
        return used.stream()
                .flatMap(key -> decoder.volumes.member(key).stream())
                .map(decoder::volume)
                .toList();
    }

    private VolumeManifest volume(Member member) {
        var spot = root.key("volumes", member.at()).key(member.key(), member.at());
        var decoded = VolumeManifest.newBuilder().setKey(member.key());
        if (!(member.value() instanceof Mapping volume)) {
            checkKey(member.key(), spot);
            return decoded.build();
        }
        boolean external = volume.flag("external", false);
        var name = volume.text("name")
                .or(() -> external ? java.util.Optional.of(member.key()) : java.util.Optional.empty());
        if (name.isPresent()) {
            checkName(name.get(), spot);
        } else {
            checkKey(member.key(), spot);
        }
        for (var label : volume.mapping("labels").members()) {
            if (label.value() instanceof Scalar text) {
                decoded.putLabels(label.key(), text.text());
            }
        }
        return decoded.setName(name.orElse("")).setExternal(external).build();
    }

    private static void checkName(String name, Spot spot) {
        if (!NAME.matcher(name).matches()) {
            spot.refuse(
                    "\"" + name + "\" cannot be the name of a volume",
                    "1 to 128 of a-z, 0-9, '.', '_' and '-' are possible, beginning and ending with a letter or digit");
        }
    }

    /** A dot would make one app's volume look like another one's. */
    private void checkKey(String key, Spot spot) {
        var small = key.toLowerCase(Locale.ROOT);
        var other = spelled.putIfAbsent(small, key);
        if (!KEY.matcher(small).matches()) {
            spot.refuse(
                    "\"" + key
                            + "\" cannot be part of a volume's name: 1 to 63 letters, digits, '_' and '-' are possible",
                    "give it a name of its own, as in name: shop-data");
        } else if (other != null) {
            spot.refuse("differs from \"" + other
                    + "\" in upper and lower case only, which names of volumes do not tell apart");
        }
    }
}
