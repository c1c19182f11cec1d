package dev.banyan.api.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AllowedBind;
import dev.banyan.api.v1.VolumeManifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindMatchingTest {
    private static final List<AllowedBind> ALLOWED = List.of(
            AllowedBind.newBuilder().setPath("/srv").setWritable(true).build(),
            AllowedBind.newBuilder().setPath("/srv/fixed").build());

    @Test
    void allowsNothingThatIsNotNamed() {
        assertThat(BindMatching.refusal("/etc", true, ALLOWED))
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("does not let containers have /etc"));
        assertThat(BindMatching.refusal("/srv", true, List.of())).isPresent();
    }

    @Test
    void allowsWhatIsBelowAndNotWhatOnlyBeginsAlike() {
        assertThat(BindMatching.refusal("/srv", false, ALLOWED)).isEmpty();
        assertThat(BindMatching.refusal("/srv/a/b", false, ALLOWED)).isEmpty();
        assertThat(BindMatching.refusal("/srv2", true, ALLOWED)).isPresent();
        assertThat(BindMatching.refusal("/srv/../etc", true, ALLOWED)).isPresent();
    }

    @Test
    void letsTheLongerRuleHold() {
        assertThat(BindMatching.refusal("/srv/fixed/x", true, ALLOWED)).isEmpty();
        assertThat(BindMatching.refusal("/srv/fixed/x", false, ALLOWED))
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("lets containers only read /srv/fixed/x"));
        assertThat(BindMatching.refusal("/srv/fixed/x", false, ALLOWED.reversed()))
                .isPresent();
    }

    @Test
    void namesAVolumeAfterItsAppUnlessItHasANameOfItsOwn() {
        var volume = VolumeManifest.newBuilder().setKey("Data");

        assertThat(VolumeName.of("shop.eu", volume.build())).isEqualTo("shop.eu.data");
        assertThat(VolumeName.of("shop.eu", volume.setName("files").build())).isEqualTo("files");
    }
}
