#!@PERL@
# Written by banyan-agent. Runs runc. A container whose environment lies in memory gets it in the place of the one that containerd
# knows: at its creation, and in each command that is run in it.
# Without modules: each call of runc waits for this.
use strict;

$^F = 1000; # Files that are opened here stay open for runc.

my $runc = @RUNC@;
my $environments = @ENVIRONMENTS@;
my @words = @ARGV;

sub fail {
    print STDERR "runc-with-environment: $_[0]: $!\n";
    exit 1;
}

sub slurp {
    my ($path) = @_;
    open(my $file, '<:raw', $path) or fail("cannot read $path");
    local $/;
    my $text = <$file>;
    close($file);
    return $text;
}

# A file that is open and holds a text.
sub file_with {
    my ($text, $path) = @_;
    my $mask = umask(077); # runc hands it on to the commands that it runs
    open(my $file, '+>:raw', $path) or fail("cannot write $path");
    umask($mask);
    my $written = 0;
    while ($written < length($text)) {
        my $count = syswrite($file, $text, length($text) - $written, $written);
        defined($count) or fail("cannot write $path");
        $written += $count;
    }
    return $file;
}

# Where the value of an option is, or -1.
sub option {
    my ($from, @names) = @_;
    for my $i ($from .. $#words - 2) {
        return $i + 1 if grep { $words[$i] eq $_ } @names;
    }
    return -1;
}

# Both runc and containerd write JSON without spaces, and quotes within strings have a backslash before them.
sub with_environment {
    my ($json, $environment) = @_;
    my $string = qr/"[^"\\]*+(?:\\.[^"\\]*+)*+"/s;
    my $count = ($json =~ s/"env":\[(?:$string(?:,$string)*+)?+\]/"env":$environment/);
    unless ($count) {
        $! = 0;
        fail('there is no environment to be replaced');
    }
    return $json;
}

sub run {
    exec {$runc} $runc, @words or fail("cannot run $runc");
}

my $verb = -1;
for (my $i = 0; $i < @words; $i++) {
    if ($words[$i] =~ /^--(?:root|log|log-format|criu|rootless)$/) { $i++; next; }
    next if $words[$i] =~ /^-/;
    $verb = $i;
    last;
}
run() if $verb < 0 || $words[$verb] !~ /^(?:create|exec)$/;
my $id = $words[-1];
run() if $id !~ /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
my $home = "$environments/$id";
run() unless -e "$home/environment";
my $environment = slurp("$home/environment");

if ($words[$verb] eq 'create') {
    my $at = option($verb, '--bundle', '-b');
    unless ($at > 0) { $! = 0; fail('no bundle is named'); }
    my $bundle = $words[$at];
    my $json = with_environment(slurp("$bundle/config.json"), $environment);
    $json =~ s/("root":\{"path":")(?!\/)/$1$bundle\//;
    unlink("$home/config.json");
    close(file_with($json, "$home/config.json")) or fail("cannot write below $home");
    $words[$at] = $home;
} else {
    my $at = option($verb, '--process', '-p');
    run() unless $at > 0;
    my $json = with_environment(slurp($words[$at]), $environment);
    my $path = "$home/process.$$";
    my $file = file_with($json, $path);
    unlink($path) or fail("cannot remove $path");
    $words[$at] = '/proc/self/fd/' . fileno($file);
    # The variable must live until runc takes our place.
    run();
}
run();
