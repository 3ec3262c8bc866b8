using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Disputes;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Access;

/// <summary>What the examples of the calls about disputes need.</summary>
internal static class DisputeExamples
{
    private const string Reason = "of a test";

    public static Task<long?> IdOfAsync(PortalHost host) => host.ReadAsync(c => c.Disputes.OrderByDescending(d => d.Id).Select(d => (long?)d.Id).FirstOrDefaultAsync());

    public static Task<long?> FileOfAsync(PortalHost host) => host.ReadAsync(c => c.EvidenceFiles.Where(f => f.Subject.StartsWith("dispute:")).OrderByDescending(f => f.Id).Select(f => (long?)f.Id).FirstOrDefaultAsync());

    /// <summary>Gives an example the pay-in that is there, and a deadline to come.</summary>
    public static void Complete(PortalHost host, JsonNode example)
    {
        if (example["dispute"] is { } dispute)
        {
            dispute["number"] = Number;
            dispute["deadlineMs"] = host.Time.NowMs() + 86_400_000;
        }
    }

    public static Task PrepareAsync(PortalHost host, string id, short bucket, long merchantNo) => id switch
    {
        "openDispute" => StorePayInAsync(host, bucket, merchantNo),
        "getDisputeFile" => AddFileAsync(host),
        "winDispute" => OpenAsync(host),
        _ => Task.CompletedTask,
    };

    /// <summary>A pay-in that was paid, with its receipt.</summary>
    private static Task<bool> StorePayInAsync(PortalHost host, short bucket, long merchantNo)
    {
        Number = OrderNumber.Make(bucket, host.The<IRandomness>());
        return host.The<BatchWriter>().WriteAsync(new StorePaid(
            new OrderRow
            {
                Bucket = bucket, Id = 98, MerchantNo = merchantNo, Direction = Direction.PayIn, Number = Number, TradeNo = "disputed", Country = "MX", Currency = "MXN", AmountMinor = 500_00, PaidMinor = 500_00, State = OrderState.Paid,
                CreatedAtMs = 1, SuccessAtMs = 1, ContentHash = [1],
            },
            new StatementRow
            {
                Bucket = bucket, Id = 98, ChannelAccountId = 1, Direction = Direction.PayIn, Kind = ObservationKind.Paid, DedupeKey = "disputed", AmountMinor = 500_00, Currency = "MXN", OrderId = 98,
                Outcome = StatementOutcome.Booked, BookedAtMs = 1, ReceivedAtMs = 1,
            }));
    }

    private static async Task OpenAsync(PortalHost host) => Assert.Null((await host.The<DisputeSteps>().OpenAsync(
        Actor.Program, new DisputeWish(Number, DisputeKind.FraudReport, 1_00, host.Time.NowMs() + 86_400_000), Reason, [])).Problem);

    private static async Task AddFileAsync(PortalHost host)
    {
        var dispute = (await host.The<DisputeSteps>().FindAsync((await IdOfAsync(host))!.Value))!;
        Assert.Null(await host.The<DisputeSteps>().AnswerAsync(Actor.Program, dispute, "It was delivered.", [new DisputeFile("proof.pdf", [.. "%PDF-1.7 proof"u8])]));
    }

    private static string Number { get; set; } = "";

    private sealed class StorePaid(OrderRow order, StatementRow receipt) : WriteCommand<bool>
    {
        public override short Bucket => order.Bucket;

        public override void Declare(Needs needs) => needs.Orders.Add(order.Key);

        protected override bool Decide(BatchState state)
        {
            state.Orders.Insert(order.Key, order);
            state.Statements.Insert(receipt.Key, receipt);
            return true;
        }
    }
}
