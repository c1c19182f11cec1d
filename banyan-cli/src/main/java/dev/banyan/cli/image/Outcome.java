package dev.banyan.cli.image;

import dev.banyan.cli.image.Provision.Way;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a preparation ended, or would end.
 *
 * @param provisions one for each image that was built or asked for
 * @param problems of the others; none when all is well
 * @param moved whether something was built, or brought to the cluster's registry
 */
public record Outcome(List<Provision> provisions, List<Problem> problems, boolean moved) {
    public Outcome {
        provisions = List.copyOf(provisions);
        problems = List.copyOf(problems);
    }

    /** Digests by image name, as far as they are known. */
    public Map<String, String> digests() {
        var digests = new LinkedHashMap<String, String>();
        provisions.forEach(provision -> provision.digest().ifPresent(digest -> digests.put(provision.image(), digest)));
        return digests;
    }

    /** Of a preparation that was only tried: digests of what is there already, by image name. */
    public Map<String, String> there() {
        var digests = new LinkedHashMap<>(digests());
        digests.keySet().removeAll(coming().keySet());
        return digests;
    }

    /** Of a preparation that was only tried: digests of what would come, by image name; empty where they are not known yet. */
    public Map<String, String> coming() {
        var digests = new LinkedHashMap<String, String>();
        provisions.stream()
                .filter(provision -> !(provision.way() instanceof Way.There))
                .forEach(provision ->
                        digests.put(provision.image(), provision.digest().orElse("")));
        return digests;
    }

    /** Why a service has no image; in lines for people. */
    public record Problem(String service, String words) {}
}
