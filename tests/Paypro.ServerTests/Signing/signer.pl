#!/usr/bin/perl
# Signs flat JSON bodies as docs/integrating describes, written from that page alone.
# A line in: base64(secret) base64(body) unix-seconds. A line out: MD5 signature, HMAC signature.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(hmac_sha256_hex);
use Encode qw(decode encode);
use MIME::Base64 qw(decode_base64);

my %escape = ('"' => '"', '\\' => '\\', '/' => '/', b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");

sub unescape {
    my ($text) = @_;
    my $out = '';
    while ($text =~ /\G(?:([^\\]+)|\\u([dD][89abAB]..)\\u(....)|\\u(....)|\\(.))/gs) {
        $out .= defined $1 ? $1
            : defined $2 ? chr(0x10000 + ((hex($2) & 0x3ff) << 10) + (hex($3) & 0x3ff))
            : defined $4 ? chr(hex $4)
            : $escape{$5};
    }
    return $out;
}

sub members {
    my ($text) = @_;
    my %members;
    $text =~ /\G\s*\{/gc;
    while ($text =~ /\G\s*"((?:[^"\\]|\\.)*)"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,}]+))\s*[,}]/gcs) {
        my ($name, $string, $bare) = ($1, $2, $3);
        $members{unescape($name)} = defined $string ? unescape($string) : $bare eq 'null' ? undef : $bare;
    }
    return \%members;
}

$| = 1;
while (my $line = <STDIN>) {
    my ($secret, $body, $seconds) = split ' ', $line;
    ($secret, $body) = (decode_base64($secret), decode_base64($body));
    my $members = members(decode('utf8', $body));
    my $text = join '', map { "$_=$members->{$_}" }
        grep { $_ ne 'sign' && defined $members->{$_} && $members->{$_} ne '' }
        sort { encode('UTF-16BE', $a) cmp encode('UTF-16BE', $b) } keys %$members;
    print md5_hex(encode('utf8', $text) . $secret), ' ', hmac_sha256_hex("request\n/v1/pay\n1000000001\n$seconds\n$body", $secret), "\n";
}
