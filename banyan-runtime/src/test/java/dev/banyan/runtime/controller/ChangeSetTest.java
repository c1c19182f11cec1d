package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.ChangeSet.Part;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ChangeSetTest {
    private static final ObjectKey KEY = ObjectKey.cluster("things", "a");
    private static final Resource<String, String> BEFORE = resource(meta(1, Map.of(), List.of(), List.of(), false), "");

    @Test
    void namesEachPartThatChanged() {
        var owner = new OwnerReference(ObjectKey.cluster("owners", "o"), "u");
        assertThat(changed(meta(2, Map.of(), List.of(), List.of(), false), "")).containsExactly(Part.SPEC);
        assertThat(changed(BEFORE.meta(), "new")).containsExactly(Part.STATUS);
        assertThat(changed(meta(1, Map.of("a", "b"), List.of(), List.of(), false), ""))
                .containsExactly(Part.META);
        assertThat(changed(meta(1, Map.of(), List.of(owner), List.of(), false), ""))
                .containsExactly(Part.META);
        assertThat(changed(meta(1, Map.of(), List.of(), List.of("f"), false), ""))
                .containsExactly(Part.FINALIZERS);
        assertThat(changed(meta(1, Map.of(), List.of(), List.of(), true), "")).containsExactly(Part.DELETION);
    }

    @Test
    void namesAllPartsThatChangedAtOnce() {
        assertThat(changed(meta(2, Map.of("a", "b"), List.of(), List.of("f"), true), "new"))
                .containsExactlyInAnyOrder(Part.SPEC, Part.STATUS, Part.META, Part.FINALIZERS, Part.DELETION);
        assertThat(changed(BEFORE.meta(), "")).isEmpty();
    }

    @Test
    void knowsComingFromGoing() {
        var deleting = resource(meta(1, Map.of(), List.of(), List.of("f"), true), "");
        assertThat(ChangeSet.of(new ResourceEvent.Added<>(BEFORE)).parts()).containsExactly(Part.APPEARED);
        assertThat(ChangeSet.of(new ResourceEvent.Added<>(deleting)).parts())
                .containsExactly(Part.APPEARED, Part.DELETION);
        assertThat(ChangeSet.of(new ResourceEvent.Deleted<>(BEFORE, 9, true)).parts())
                .containsExactly(Part.GONE);
    }

    @Test
    void isUrgentWhenSomethingWouldBeLeftBehind() {
        for (var part : Part.values()) {
            assertThat(new ChangeSet(Set.of(part)).urgent())
                    .as("%s", part)
                    .isEqualTo(part == Part.FINALIZERS || part == Part.DELETION || part == Part.GONE);
        }
    }

    @Test
    void tellsAStatusFromAStatusAndMore() {
        assertThat(new ChangeSet(Set.of(Part.STATUS)).statusOnly()).isTrue();
        assertThat(new ChangeSet(Set.of(Part.STATUS, Part.META)).statusOnly()).isFalse();
        assertThat(new ChangeSet(Set.of()).statusOnly()).isFalse();
    }

    @Test
    void filtersByPart() {
        assertThat(passing(EventFilter.all())).containsExactly(Part.values());
        assertThat(passing(EventFilter.spec())).containsExactly(Part.APPEARED, Part.SPEC);
        assertThat(passing(EventFilter.status())).containsExactly(Part.APPEARED, Part.STATUS);
        assertThat(passing(EventFilter.meta())).containsExactly(Part.APPEARED, Part.META);
    }

    @Test
    void combinesFilters() {
        EventFilter<String, String> spec = EventFilter.spec();
        assertThat(passing(spec.or(EventFilter.meta()))).containsExactly(Part.APPEARED, Part.SPEC, Part.META);
        assertThat(passing(spec.and(EventFilter.meta()))).containsExactly(Part.APPEARED);
    }

    @Test
    void mapsBothSidesOfAnUpdate() {
        EventMapper<String, String> byStatus =
                EventMapper.states(resource -> List.of(ObjectKey.cluster("readers", resource.status())));
        var before = with(resource -> resource(resource.meta(), "old"));
        var now = with(resource -> resource(resource.meta(), "new"));

        assertThat(byStatus.map(new ResourceEvent.Updated<>(before, now)))
                .extracting(ObjectKey::name)
                .containsExactly("new", "old");
        assertThat(byStatus.map(new ResourceEvent.Updated<>(now, now))).hasSize(1);
        assertThat(byStatus.map(new ResourceEvent.Added<>(now))).hasSize(1);
        assertThat(byStatus.map(new ResourceEvent.Deleted<>(before, 9, true)))
                .extracting(ObjectKey::name)
                .containsExactly("old");
    }

    private static List<Part> passing(EventFilter<String, String> filter) {
        var event = new ResourceEvent.Updated<>(BEFORE, BEFORE);
        return List.of(Part.values()).stream()
                .filter(part -> filter.passes(event, new ChangeSet(Set.of(part))))
                .toList();
    }

    private static Set<Part> changed(ObjectMeta meta, String status) {
        return ChangeSet.of(new ResourceEvent.Updated<>(BEFORE, resource(meta, status)))
                .parts();
    }

    private static Resource<String, String> with(UnaryOperator<Resource<String, String>> change) {
        return change.apply(BEFORE);
    }

    private static Resource<String, String> resource(ObjectMeta meta, String status) {
        return new Resource<>(KEY, meta, "spec", status);
    }

    private static ObjectMeta meta(
            long generation,
            Map<String, String> labels,
            List<OwnerReference> owners,
            List<String> finalizers,
            boolean deleting) {
        return new ObjectMeta(
                "uid",
                labels,
                Map.of(),
                owners,
                finalizers,
                generation,
                7,
                1,
                Instant.EPOCH,
                deleting ? Optional.of(Instant.EPOCH) : Optional.empty(),
                "nonce");
    }
}
