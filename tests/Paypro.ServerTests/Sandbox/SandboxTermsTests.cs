using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Sandbox;

/// <summary>A developer changes a price as an operator does.</summary>
public sealed class SandboxTermsTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AVersionIsAddedAndWhatIsWrongIsSaid(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        const string Body = """
            {"merchantNo":1000000001,"country":"MX","direction":"PayIn","way":"va","basisPoints":"150","taxBasisPoints":1600,"settlementDays":1,"businessDays":true,"returnsFee":true,
             "refundFixedMinor":100,"reserveBasisPoints":500,"reserveDays":90,"reserveCapMinor":100000,"withholdingName":"ISR","withholdingBasisPoints":210,"disputeFeeMinor":30000,"approver":"ana"}
            """;
        var added = await host.SandboxAsync("/sandbox/terms", Body);
        Assert.Equal(200, added.Status);
        var id = added.Json.GetProperty("terms").GetInt64();
        var row = await host.ReadAsync(c => c.Terms.AsNoTracking().SingleAsync(t => t.Id == id));
        Assert.Equal(
            new TermsRow
            {
                Id = id, MerchantNo = 1000000001, Country = "MX", Direction = Direction.PayIn, Way = "va", ValidFromMs = added.Json.GetProperty("validFromMs").GetInt64(), BasisPoints = 150,
                TaxBasisPoints = 1600, SettlementDays = 1, BusinessDays = true, ReturnsFee = true, RefundFixedMinor = 100, ReserveBasisPoints = 500, ReserveDays = 90,
                ReserveCapMinor = 100000, WithholdingName = "ISR", WithholdingBasisPoints = 210, DisputeFeeMinor = 30000, Actor = "sandbox", Approver = "ana", AddedAtMs = row.AddedAtMs,
            },
            row);
        Assert.Equal(row.AddedAtMs + (long)AddTerms.Ahead.TotalMilliseconds, row.ValidFromMs);

        await RefusedAsync("fixedMinor: must be a whole number", """{"country":"MX","direction":"PayIn","fixedMinor":"1.5"}""");
        await RefusedAsync("businessDays: must be true or false", """{"country":"MX","direction":"PayIn","businessDays":"perhaps"}""");
        await RefusedAsync("direction: must be PayIn or Payout; what a refund costs stands in the terms of pay-ins", """{"country":"MX"}""");
        await RefusedAsync("reserveDays: must be from 1 to 3650 where there is a reserve", """{"country":"MX","direction":"PayIn","reserveBasisPoints":1}""");

        async Task RefusedAsync(string sentence, string body)
        {
            var refused = await host.SandboxAsync("/sandbox/terms", body);
            Assert.Equal((400, sentence), (refused.Status, refused.Json.GetProperty("error").GetString()));
        }
    }
}
