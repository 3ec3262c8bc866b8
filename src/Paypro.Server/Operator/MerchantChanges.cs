using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>What came of a change.</summary>
/// <typeparam name="T">What is told about it.</typeparam>
/// <param name="Problem">A sentence that says what to mend; null when it is done.</param>
/// <param name="Value">What is told.</param>
internal sealed record Change<T>(string? Problem, T? Value)
{
    public static Change<T> No(string why) => new(why, default);

    public static Change<T> Of(T value) => new(null, value);
}

/// <param name="Id">Its number.</param>
/// <param name="Name">As contracts call it.</param>
internal sealed record BusinessView(long Id, string Name);

/// <param name="MerchantNo">Ten digits.</param>
/// <param name="BusinessId">Whose it is.</param>
/// <param name="Country">ISO 3166, two letters.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Name">What payers see.</param>
/// <param name="PayIns">Whether it takes pay-ins.</param>
/// <param name="Payouts">Whether it takes payouts.</param>
/// <param name="State"><c>papers</c> until it is approved, <c>active</c>, <c>stopped</c> in part or whole, <c>closed</c> for good.</param>
internal sealed record MerchantView(long MerchantNo, long BusinessId, string Country, string Currency, string Name, bool PayIns, bool Payouts, string State)
{
    public static MerchantView Of(MerchantRow row) => new(
        row.MerchantNo, row.BusinessId, row.Country, row.Currency, row.Name, row.Open && row.PayInsOpen, row.Open && row.PayoutsOpen,
        !row.Open ? "closed" : !row.Approved ? "papers" : row.PayInsOpen && row.PayoutsOpen ? "active" : "stopped");

    /// <summary>What a change must name in <c>If-Match</c>, so that nobody changes what he has not seen.</summary>
    [JsonIgnore]
    public string Tag => string.Create(CultureInfo.InvariantCulture, $"\"{MerchantNo}-{(PayIns ? 1 : 0)}{(Payouts ? 1 : 0)}-{State}\"");
}

/// <param name="Id">Its number.</param>
/// <param name="Algorithm"><c>Md5</c> or <c>HmacSha256</c>.</param>
/// <param name="Signs">Whether notifications are signed with it.</param>
/// <param name="ValidFromMs">Unix milliseconds UTC.</param>
/// <param name="ValidToMs">Unix milliseconds UTC; 0 = until further notice.</param>
internal sealed record KeyView(long Id, string Algorithm, bool Signs, long ValidFromMs, long ValidToMs)
{
    public static KeyView Of(MerchantKeyRow row) => new(row.Id, row.Algorithm.ToString(), row.Signs, row.ValidFromMs, row.ValidToMs);
}

/// <summary>
/// What operators do to merchants. What takes something away is done at once; what gives it back is proposed (<see cref="MerchantReopen"/>). The secret of a
/// key never comes here: its merchant makes and opens it.
/// </summary>
internal sealed class MerchantChanges(AuditedStore store, CountryCatalog countries, KeyMaker keys, Users users, AccessLinks links, Installation installation, TimeProvider time)
{
    /// <summary>Numbers below belong to sandboxes.</summary>
    private const long FirstNumber = 2_000_000_001;
    private const int NameLength = 100;

    public Task<Change<BusinessView>> AddBusinessAsync(Actor by, string name, Answer<BusinessView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await BusinessAsync(context, trail, by, name) is not { } view)
        {
            return Change<BusinessView>.No("name: must not be empty");
        }

        answer.Keep(context, view);
        return Change<BusinessView>.Of(view);
    });

    public Task<Change<MerchantView>> AddMerchantAsync(Actor by, long businessId, string countryCode, string name, Answer<MerchantView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        var problem = ProblemOf(countryCode, name) ?? (await context.Businesses.AnyAsync(b => b.Id == businessId) ? null : "businessId: there is no such business");
        if (problem is not null)
        {
            return Change<MerchantView>.No(problem);
        }

        var view = await MerchantAsync(context, trail, by, businessId, countryCode, name);
        answer.Keep(context, view);
        return Change<MerchantView>.Of(view);
    });

    /// <summary>A merchant of a new business: both are added, or neither.</summary>
    public Task<Change<MerchantView>> AddWithBusinessAsync(Actor by, string businessName, string countryCode, string name) => store.ConfigureAsync(async (context, trail) =>
        ProblemOf(countryCode, name) is { } problem ? Change<MerchantView>.No(problem)
        : await BusinessAsync(context, trail, by, businessName) is not { } business ? Change<MerchantView>.No("Choose a business, or name a new one.")
        : Change<MerchantView>.Of(await MerchantAsync(context, trail, by, business.Id, countryCode, name)));

    private string? ProblemOf(string countryCode, string name) => countries.FindCountry(countryCode) is null ? "country: is not one that this version knows"
        : OutsideText.Line(name.Trim(), NameLength).Length == 0 ? "name: must not be empty"
        : null;

    private async Task<BusinessView?> BusinessAsync(PayproContext context, AuditTrail trail, Actor by, string name)
    {
        if (OutsideText.Line(name.Trim(), NameLength) is not { Length: > 0 } line)
        {
            return null;
        }

        var row = new BusinessRow { Name = line, CreatedAtMs = time.NowMs() };
        context.Businesses.Add(row);
        await context.SaveChangesAsync();
        var view = new BusinessView(row.Id, row.Name);
        trail.Add(by, "business.create", $"business:{row.Id}", after: view);
        return view;
    }

    private async Task<MerchantView> MerchantAsync(PayproContext context, AuditTrail trail, Actor by, long businessId, string countryCode, string name)
    {
        // The row of the installation is locked: two nodes take no number twice.
        var country = countries.FindCountry(countryCode)!;
        var no = Math.Max(FirstNumber, (await context.Merchants.MaxAsync(m => (long?)m.MerchantNo) ?? 0) + 1);
        var row = new MerchantRow
        {
            MerchantNo = no, Bucket = Buckets.Of(no.ToString(CultureInfo.InvariantCulture)), BusinessId = businessId, Country = country.IsoCode, Currency = country.Currency.Code,
            Name = OutsideText.Line(name.Trim(), NameLength), CreatedAtMs = time.NowMs(),
        };

        // Live money waits for the papers; a sandbox moves none.
        if (!installation.IsSandbox)
        {
            (row.Approved, row.PayInsOpen, row.PayoutsOpen) = (false, false, false);
        }

        context.Merchants.Add(row);
        var view = MerchantView.Of(row);
        trail.Add(by, "merchant.create", SubjectOf(no), after: view, chain: row.Bucket);
        return view;
    }

    /// <summary>Stops a merchant's pay-ins, payouts or both. What was begun is paid, settled, told and answered as before.</summary>
    public Task<Change<MerchantView>> StopAsync(Actor by, long merchantNo, bool payIns, bool payouts, string reason, string? tag, Answer<MerchantView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.Merchants.SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } row)
        {
            return Change<MerchantView>.No("merchantNo: there is no such merchant");
        }

        var before = MerchantView.Of(row);
        if (tag is not null && tag != before.Tag)
        {
            return Change<MerchantView>.No("If-Match: the merchant has changed since; read it again");
        }

        (row.PayInsOpen, row.PayoutsOpen) = (row.PayInsOpen && !payIns, row.PayoutsOpen && !payouts);

        // What was stopped already is as before: whoever stops it again has a reason of his own, which no open proposal knows.
        await Proposals.VoidAsync(context, trail, by, SubjectOf(merchantNo), time.NowMs(), MerchantReopen.Name, MerchantApproval.Name);
        var view = MerchantView.Of(row);
        trail.Add(by, "merchant.stop", SubjectOf(merchantNo), before, view, reason, row.Bucket);
        answer.Keep(context, view);
        return Change<MerchantView>.Of(view);
    });

    /// <summary>Ends a key at once.</summary>
    public Task<Change<KeyView>> EndKeyAsync(Actor by, long merchantNo, long keyId, string reason, Answer<KeyView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        var row = await context.MerchantKeys.SingleOrDefaultAsync(k => k.Id == keyId && k.MerchantNo == merchantNo);
        if (row is null)
        {
            return Change<KeyView>.No("key: there is no such key");
        }

        var (before, nowMs) = (KeyView.Of(row), time.NowMs());
        if (row.ValidToMs == 0 || row.ValidToMs > nowMs)
        {
            keys.Change(row, k => k.ValidToMs = nowMs);
        }

        var view = KeyView.Of(row);
        trail.Add(by, "key.end", $"{SubjectOf(merchantNo)}/key:{keyId}", before, view, reason, Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture)));
        answer.Keep(context, view);
        return Change<KeyView>.Of(view);
    });

    /// <summary>Makes somebody an owner of a business.</summary>
    /// <returns>What the link of a new user holds; empty for one who has a password already.</returns>
    public Task<Change<string>> InviteOwnerAsync(Actor by, long businessId, string email, Action<PayproContext>? also = null) => store.SaveAsync(async (context, trail) =>
    {
        var address = SignIn.EmailOf(email);
        var problem = Users.Problem(address)
            ?? (!await context.Businesses.AnyAsync(b => b.Id == businessId) ? "businessId: there is no such business"
            : await context.Users.AnyAsync(u => u.Realm == Realm.Merchant && u.Email == address && u.State == UserState.Disabled) ? "email: is a user's who is disabled"
            : null);
        if (problem is not null)
        {
            return Change<string>.No(problem);
        }

        var user = await users.GiveAsync(context, trail, new RoleWish(address, Role.Owner, businessId), by);
        also?.Invoke(context);
        return Change<string>.Of(await links.ToShowAsync(context, user) ?? "");
    });

    public static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");

    /// <summary>The number in a subject.</summary>
    public static long NoOf(string subject) => long.Parse(subject["merchant:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
}
