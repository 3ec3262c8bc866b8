using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Disputes;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.DisputeWork;

/// <param name="Dispute">What it is.</param>
/// <param name="Reason">Why; the merchant reads it.</param>
internal sealed record DisputeRequest(DisputeWish Dispute, string Reason);

/// <param name="Dispute">Its number.</param>
internal sealed record DisputeStepView(long Dispute, DisputeStepKind Step);

/// <param name="Id">Its number.</param>
/// <param name="OrderId">Of the pay-in.</param>
/// <param name="HeldMinor">What of it is held, minor units.</param>
/// <param name="UncoveredMinor">What of it was not there to be held.</param>
/// <param name="GoneMinor">What of it was booked as gone.</param>
/// <param name="ToldMinor">What of that the rail has told.</param>
/// <param name="FeeMinor">What losing it costs, with the tax.</param>
internal sealed record DisputeView(
    long Id, long OrderId, long MerchantNo, DisputeKind Kind, DisputeState State, long AmountMinor, string Currency, long DeadlineMs, string Reference, long ChannelAccountId, long HeldMinor, long UncoveredMinor, long GoneMinor,
    long ToldMinor, long FeeMinor, long OpenedAtMs, long AnsweredAtMs, long DecidedAtMs, string DecidedBy)
{
    public static DisputeView Of(DisputeRow d) => new(
        d.Id, d.OrderId, d.MerchantNo, d.Kind, d.State, d.AmountMinor, d.Currency, d.DeadlineMs, d.Reference, d.ReceiptAccountId, d.HeldMinor, d.UncoveredMinor, d.GoneMinor, d.ToldMinor, d.FeeMinor + d.TaxMinor, d.OpenedAtMs, d.AnsweredAtMs,
        d.DecidedAtMs, d.DecidedBy);
}

/// <param name="Dispute">It.</param>
/// <param name="Steps">What people did about it, the oldest first.</param>
/// <param name="Files">Its files.</param>
internal sealed record DisputeDetailView(DisputeView Dispute, IReadOnlyList<DisputeLineView> Steps, IReadOnlyList<DisputeFileLine> Files);

/// <param name="Text">The answer, or why.</param>
/// <param name="Outcome">Why it could not be done; empty otherwise.</param>
internal sealed record DisputeLineView(DisputeStepKind Step, string Text, string MadeBy, string ApprovedBy, long MadeAtMs, DisputeStepState State, string Outcome)
{
    public static DisputeLineView Of(DisputeStepRow s) => new(s.Kind, s.Text, s.MadeBy, s.ApprovedBy, s.MadeAtMs, s.State, s.Outcome);
}

/// <summary>The calls of the operator API about disputes. Files are added on the screens.</summary>
internal static class DisputeApiRoutes
{
    private const string Root = OperatorApiRoutes.Root + "/disputes";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        OperatorApiRoutes.List("/disputes", Permissions.OrdersSee, "listDisputes", "Disputes about pay-ins, the oldest first.", (_, context, after) => context.Disputes.Where(d => d.Id > after).OrderBy(d => d.Id), DisputeView.Of, d => d.Id),
        new("POST", Root, Permissions.DisputesEdit, "openDispute", "Enters a dispute: its amount is held of the merchant's money as far as it is there.", async (s, c) =>
        {
            var wish = c.Read<DisputeRequest>();
            var (id, problem) = await s.GetRequiredService<DisputeSteps>().OpenAsync(
                c.By, wish.Dispute, wish.Reason, [], (context, step) => c.Keeping<DisputeStepView>(200).Keep(context, new DisputeStepView(step.DisputeId, step.Kind)));
            return Of(problem, new DisputeStepView(id, DisputeStepKind.Open));
        }) { Example = new DisputeRequest(new DisputeWish("p00000000000000000000", DisputeKind.Recall, 150_00, 1_893_456_000_000, "RC-2210"), "the payer's bank says that its customer was deceived"), Answers = typeof(DisputeStepView) },
        new("GET", Root + "/{dispute:long}", Permissions.OrdersSee, "getDispute", "One dispute, with what people did about it and its files.", async (s, c) =>
        {
            var id = Value(c, "dispute");
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await context.Disputes.SingleOrDefaultAsync(d => d.Id == id) is not { } row ? OperatorApi.Problem(StatusCodes.Status404NotFound, DisputeSteps.NoSuch)
                : OperatorApi.Ok(new DisputeDetailView(
                    DisputeView.Of(row), [.. (await context.DisputeSteps.AsNoTracking().Where(x => x.DisputeId == id).OrderBy(x => x.Id).Take(200).ToListAsync()).Select(DisputeLineView.Of)], await DisputeFiles.OfAsync(context, id)));
        }) { Answers = typeof(DisputeDetailView) },
        new("GET", Root + "/{dispute:long}/files/{evidence:long}", Permissions.PeopleReveal, "getDisputeFile", "A file of a dispute; the look at it is written into the audit log.", async (s, c) =>
            await s.GetRequiredService<DisputeSteps>().FindAsync(Value(c, "dispute")) is { } row && await s.GetRequiredService<DisputeFiles>().ReadAsync(c.By, row, Value(c, "evidence")) is var (name, type, content)
                ? new DownloadAnswer(name, type, content) : OperatorApi.Problem(StatusCodes.Status404NotFound, "file: there is no such file")),
        new("POST", Root + "/{dispute:long}/lose", Permissions.DisputesEdit, "loseDispute", "Says that a dispute is lost, at once: its money is gone, and it costs its fee.", async (s, c) =>
        {
            var problem = await s.GetRequiredService<DisputeSteps>().LoseAsync(
                c.By, Value(c, "dispute"), c.Read<ReasonWish>().Reason, (context, step) => c.Keeping<DisputeStepView>(200).Keep(context, new DisputeStepView(step.DisputeId, step.Kind)));
            return Of(problem, new DisputeStepView(Value(c, "dispute"), DisputeStepKind.Lose));
        }) { Example = new ReasonWish("the bank's letter of 3 May"), Answers = typeof(DisputeStepView) },
        new("POST", Root + "/{dispute:long}/win", Permissions.DisputesEdit, "winDispute", "Proposes that a dispute is won: what is held of it is the merchant's again.", (s, c) =>
            OperatorApiRoutes.ProposeAsync(s, c, Permissions.DisputesEdit, WinDispute.Name, WinDispute.SubjectOf(Value(c, "dispute")), "{}", c.Read<ReasonWish>().Reason))
        { Example = new ReasonWish("the bank's letter of 3 May"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
    ];

    private static IResult Of<T>(string? problem, T view) => problem is null ? OperatorApi.Ok(view)
        : OperatorApi.Problem(problem == DisputeSteps.NoSuch ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem);

    private static long Value(OperatorCall call, string name) => long.Parse((string)call.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
