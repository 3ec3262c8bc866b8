using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.Channels.Spei;
using Paypro.RailDoubles.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>What is signed, held against the specification's vectors: the fields, their order, and nothing else.</summary>
public sealed class SpeiSignatureTests : IAsyncLifetime
{
    private const string Key = "SOABCDEFGHIJKLMNOPQRSTUVWX23";

    private SpeiGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await SpeiGround.StartAsync(("nombreOrdenante", "EMPRESA DE PRUEBA"));

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public void Every_vector_is_a_string_of_ours_and_its_signature_counts()
    {
        using var key = RSA.Create();
        key.ImportFromPem(SpeiVectors.PublicKey);
        var ours = new Dictionary<string, string>
        {
            ["registra, all usual fields"] = SpeiSignature.OfOrder(Order(optional: true)),
            ["registra, minimum, no topologia/medioEntrega/prioridad"] = SpeiSignature.OfOrder(Order(optional: false)),
            ["consultaOrden, sent, today"] = SpeiSignature.Of("PAYPROMX", Key, "E", ""),
            ["consultaOrden, sent, past day"] = SpeiSignature.Of("PAYPROMX", Key, "E", "20261120"),
            ["consultaOrden, received, past day"] = SpeiSignature.Of("PAYPROMX", "BNET0100261120000001", "R", "20261120"),
            ["V2/conciliacion, received, past day"] = SpeiSignature.Of("PAYPROMX", "R", "20261120"),
            ["V2/conciliacion, sent, today"] = SpeiSignature.Of("PAYPROMX", "E", ""),
            ["consultaSaldoCuenta, now"] = SpeiSignature.Of("PAYPROMX", StpHouse.OwnAccount, ""),
        };
        Assert.Equal(SpeiVectors.All.Select(each => each.Name).Order(), ours.Keys.Order());
        Assert.All(SpeiVectors.All, vector =>
        {
            Assert.Equal(vector.Original, ours[vector.Name]);
            Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(ours[vector.Name]), Convert.FromBase64String(vector.Signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        });
    }

    /// <summary>The double has code of its own: both must come to the published string.</summary>
    [Fact]
    public void The_double_reads_the_same_string_from_the_body()
    {
        var members = Order(optional: true);
        var body = JsonNode.Parse(SpeiPayouts.BodyOf(members, "x"))!.AsObject();
        Assert.Equal(SpeiVectors.All[0].Original, StpHouse.OriginalOf(body));
        Assert.Equal(members.Count + 1, body.Count);
        Assert.Equal("1234.50", body["monto"]!.ToJsonString());
    }

    [Fact]
    public void What_has_no_place_in_the_string_is_not_signed() =>
        Assert.Throws<ArgumentException>(() => SpeiSignature.OfOrder(new Dictionary<string, string> { ["montoTotal"] = "1.00" }));

    [Fact]
    public void A_signature_is_one_that_the_public_key_verifies_and_follows_the_newest_key()
    {
        using var signature = new SpeiSignature(SpeiAccount.Read(ground.Account, ground.Clock.NowMs, out _)!, ground.Clock);
        using var key = RSA.Create();
        key.ImportFromPem(SpeiGround.PublicKey);
        Assert.True(key.VerifyData("||A||"u8, Convert.FromBase64String(signature.Sign("||A||")!), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal(2048, signature.KeyBits);

        using var later = RSA.Create(2048);
        var versions = ground.Account.Secrets;
        var rotated = ground.Account with
        {
            Secrets = new ChannelSecrets(
            [
                new("private-key", versions.Current("private-key", 1), 0, 0), new("private-key", Encoding.UTF8.GetBytes(later.ExportPkcs8PrivateKeyPem()), ground.Clock.NowMs + 1_000, 0),
                new("passphrase", versions.Current("passphrase", 1), 0, ground.Clock.NowMs + 1_000), new("callback-token", versions.Current("callback-token", 1), 0, 0),
            ]),
        };
        using var changing = new SpeiSignature(SpeiAccount.Read(rotated, ground.Clock.NowMs, out _)!, ground.Clock);
        Assert.Equal(signature.Sign("||A||"), changing.Sign("||A||"));
        ground.Clock.NowMs += 2_000;
        Assert.True(later.VerifyData("||A||"u8, Convert.FromBase64String(changing.Sign("||A||")!), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>A wrong key is STP's to refuse, and certainly nothing was sent.</summary>
    [Fact]
    public async Task A_key_that_STP_does_not_know_declines_as_the_accounts_trouble()
    {
        using var other = RSA.Create(2048);
        using var session = ground.Channel.Open(ground.WithSecret("private-key", Encoding.UTF8.GetBytes(other.ExportPkcs8PrivateKeyPem())) is var with
            ? with with { Secrets = new ChannelSecrets(with.Secrets.Names.Where(name => name != "passphrase").Select(name => new SecretVersion(name, with.Secrets.Current(name, 1), 0, 0))) } : null!, ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(SpeiGround.Payout(), Stop)).Scope);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ((IQueries)session).QueryAsync(ground.Target(SpeiGround.Payout()), Stop)).Kind);
        Assert.Empty(ground.House.Orders);
        Assert.NotEmpty(ground.House.Faults);
    }

    private static Dictionary<string, string> Order(bool optional)
    {
        var order = new Dictionary<string, string>
        {
            ["institucionContraparte"] = "40072", ["empresa"] = "PAYPROMX", ["claveRastreo"] = Key, ["institucionOperante"] = "90646", ["monto"] = SpeiAmount.Write(1234_50), ["tipoPago"] = "1",
            ["tipoCuentaOrdenante"] = "40", ["nombreOrdenante"] = "EMPRESA DE PRUEBA", ["cuentaOrdenante"] = StpHouse.OwnAccount, ["rfcCurpOrdenante"] = "ND", ["tipoCuentaBeneficiario"] = "40",
            ["nombreBeneficiario"] = "PERSONA DE PRUEBA", ["cuentaBeneficiario"] = SpeiGround.Recipient, ["rfcCurpBeneficiario"] = "ND", ["conceptoPago"] = "PAGO", ["referenciaNumerica"] = "1234567",
        };
        if (optional)
        {
            (order["topologia"], order["medioEntrega"], order["prioridad"]) = ("T", "3", "0");
        }

        return order;
    }
}
