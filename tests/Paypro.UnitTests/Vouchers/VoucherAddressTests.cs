using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.UnitTests.Channels;
using Paypro.UnitTests.Platform;

namespace Paypro.UnitTests.Vouchers;

public sealed class VoucherAddressTests
{
    private const string Number = "68o0uwogz7mnzutt";
    private const string Folder = "https://pay.example/voucher/";
    private readonly SetClock clock = new();

    [Fact]
    public void AnAddressLeadsToItsOrderForAsLongAsTheSettingSays()
    {
        var address = Make(hours: 3).Of(Number);
        Assert.Matches($"^{Folder}{Number}-[0-9]{{10}}-[0-9a-f]{{32}}\\.pdf$", address);
        var key = Assert.NotNull(Make(hours: 24).Read(address[Folder.Length..]));
        Assert.Equal((Number, (clock.NowMs / 1000 * 1000) + (3 * 3_600_000)), (key.Number, key.UntilMs));
    }

    [Fact]
    public void NoCharacterOfAnAddressCanBeChanged()
    {
        var segment = Make().Of(Number)[Folder.Length..];
        for (var i = 0; i < segment.Length; i++)
        {
            var changed = segment.ToCharArray();
            changed[i] = changed[i] == '1' ? '2' : '1';
            Assert.Null(Make().Read(new string(changed)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".pdf")]
    [InlineData("--.pdf")]
    [InlineData("68o0uwogz7mnzutt-1-0.pdf")]
    [InlineData("68o0uwogz7mnzutt-99999999999999999-00000000000000000000000000000000.pdf")]
    [InlineData("68o0uwogz7mnzutt--1-00000000000000000000000000000000.pdf")]
    public void NonsenseIsNoAddress(string? segment) => Assert.Null(Make().Read(segment));

    [Fact]
    public void AnotherInstallationsAddressOpensNothing()
    {
        var segment = Make().Of(Number)[Folder.Length..];
        Assert.Null(Make(seed: 2).Read(segment));
        Assert.NotNull(Make().Read(segment));
    }

    private VoucherAddress Make(int hours = 24, byte seed = 1)
    {
        // With a public address the server is not asked where it listens.
        var options = new PayproOptions { PublicUrl = "https://pay.example/", VoucherHours = hours };
        var secrets = InstallationSecrets.ForTests(new SeededRandomness(seed));
        return new VoucherAddress(options, new PageAddress(options, null!, secrets), secrets, clock);
    }
}
