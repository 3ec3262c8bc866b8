using System.Net;
using System.Net.Sockets;
using CsCheck;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Checkout;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Fuzz;

/// <summary>Addresses that a merchant may give: where a browser is sent, and what this machine connects to.</summary>
public sealed class AddressFuzzTests
{
    private static readonly Gen<string> Schemes = Gen.OneOf("http://", "https://", "HTTPS://", "javascript:", "data:text/html,", "//", "http:/", "http:", "https:\\\\", "ftp://", "", "http:///", " http://");

    private static readonly Gen<string> Hosts = Gen.OneOf(
        "shop.example", "shop.example:8080", "127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "[::1]", "[::ffff:10.0.0.1]", "user@shop.example", "shop.example@evil.example",
        "shop.example\\@evil.example", "xn--bcher-kva.example", "bücher.example", "ｓｈｏｐ.example", "127。0。0。1", "shop.example.", "", ".", "localhost", "%31%32%37.0.0.1", "a b", "shop.example:99999", "[fe80::1%25eth0]");

    private static readonly Gen<string> Rests = Gen.OneOf(
        Gen.String[Gen.Char['\0', '\u00ff'], 0, 30],
        Gen.OneOf("", "/", "/back?a=1&b=%2F#part", "?x=<script>", "/\r\nSet-Cookie: a=b", "/\t", "/%0d%0a", "/\u202e", "/😀", "/\ud800", "#", "?", "/..//..", "/@evil.example", "/?u=http://evil.example"));

    private static readonly Gen<string> Addresses = Gen.OneOf(Gen.Select(Schemes, Hosts, Rests).Select((scheme, host, rest) => scheme + host + rest), Gen.String);

    private static readonly RequestContext Context = new(false, Mexico.Country.Banks);

    private static readonly Merchant Shop = new()
    {
        No = 1000000001,
        NoText = "1000000001",
        Bucket = 1,
        Country = Mexico.Country,
        Name = "Shop",
        PayInsOpen = true,
        PayoutsOpen = true,
        PayInNotifyUrl = "",
        PayoutNotifyUrl = "",
        Keys = [new MerchantKey(1, SigningAlgorithm.Md5, "secret"u8.ToArray(), signs: true, validFromMs: 0, validToMs: 0)],
    };

    [Fact]
    public void An_address_that_is_taken_leads_where_it_says() => Addresses.Sample(text =>
    {
        if (Rules.HttpAddress(text, Context) is { } refusal)
        {
            Assert.NotEmpty(refusal);
            return;
        }

        var uri = new Uri(text, UriKind.Absolute);
        Assert.True(uri.Scheme is "http" or "https", text);
        Assert.True(uri.Host.Length > 0 && uri.UserInfo.Length == 0, text);
        var link = ReturnLink.Make(new OrderRow { TradeNo = "t", ReturnUrl = text }, Shop, nowMs: 1);
        Assert.NotNull(link);
        Assert.True(link.Address.All(letter => letter is > ' ' and <= '~' and not '"' and not '<' and not '>' and not '\\'), link.Address);
        Assert.Equal(WebAddress.HostOf(uri), new Uri(link.Address).Host);
        Assert.Contains("sign=", link.Address, StringComparison.Ordinal);
    });

    [Fact]
    public void Nothing_but_public_addresses_is_connected_to() => Gen.OneOf(Near(4), Near(16), Gen.Byte.Array[4], Gen.Byte.Array[16]).Sample(bytes =>
    {
        var address = new IPAddress(bytes);
        var allowed = AddressGuard.Refusal(address, allowLoopback: false) is null;

        Assert.Equal(IsPublic(bytes), allowed);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            Assert.Equal(allowed, AddressGuard.Refusal(address.MapToIPv6(), allowLoopback: false) is null);
        }
    });

    /// <summary>Addresses that begin as the special ones do.</summary>
    private static Gen<byte[]> Near(int length) => Gen.Select(
        length == 4
            ? Gen.OneOf<byte[]>([0], [10], [100, 64], [100, 127], [100, 128], [127], [169, 254], [172, 15], [172, 16], [172, 31], [172, 32], [192, 0, 0], [192, 0, 2], [192, 88, 99], [192, 168], [198, 17], [198, 18], [198, 19], [198, 51, 100], [203, 0, 113], [224], [239], [240], [255], [8, 8])
            : Gen.OneOf<byte[]>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0x64, 0xff, 0x9b], [0x01, 0x00], [0x20, 0x01, 0], [0x20, 0x01, 0x01, 0xff], [0x20, 0x01, 0x02], [0x20, 0x01, 0x0d, 0xb8], [0x20, 0x02], [0x20, 0x03], [0x3f, 0xff, 0x0f], [0x3f, 0xff, 0x10], [0x40], [0xfc], [0xfe, 0x80], [0xff, 0x02], [0x2a, 0x00]),
        Gen.Byte.Array[length])
        .Select((head, rest) => (byte[])[.. head, .. rest[head.Length..]]);

    /// <summary>The registries' ranges again, byte by byte.</summary>
    private static bool IsPublic(byte[] a)
    {
        if (a.Length == 4)
        {
            return a[0] switch
            {
                0 or 10 or 127 or >= 224 => false,
                100 => a[1] is < 64 or > 127,
                169 => a[1] != 254,
                172 => a[1] is < 16 or > 31,
                192 => !((a[1] == 0 && a[2] is 0 or 2) || (a[1] == 88 && a[2] == 99) || a[1] == 168),
                198 => !(a[1] is 18 or 19 || (a[1] == 51 && a[2] == 100)),
                203 => !(a[1] == 0 && a[2] == 113),
                _ => true,
            };
        }

        var mapped = a.AsSpan(0, 10).IndexOfAnyExcept((byte)0) < 0 && a[10] == 255 && a[11] == 255;
        return mapped ? IsPublic(a[12..])
            : a[0] >> 5 == 1
                && !(a[0] == 0x20 && a[1] == 0x01 && a[2] < 2)
                && !(a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8)
                && !(a[0] == 0x20 && a[1] == 0x02)
                && !(a[0] == 0x3f && a[1] == 0xff && a[2] >> 4 == 0);
    }
}
