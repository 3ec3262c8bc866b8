using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>A file of a paper, without its content.</summary>
internal sealed record PaperFile(long Id, string Code, string Name, int Size, string AddedBy, long AddedAtMs);

/// <summary>One of the papers that a country asks of a merchant.</summary>
/// <param name="Code">As the country file names it.</param>
/// <param name="Name">As the country calls it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Note">What whoever decided wrote; empty for nothing.</param>
/// <param name="DecidedBy">Who decided; empty while nobody has.</param>
/// <param name="Files">What was delivered, the oldest first.</param>
internal sealed record Paper(string Code, string Name, PaperState State, string Note, string DecidedBy, IReadOnlyList<PaperFile> Files)
{
    /// <summary>Whether it is no reason to wait any more.</summary>
    public bool IsSettled => State is PaperState.Accepted or PaperState.NotNeeded;
}

/// <summary>
/// The papers that a business shows before its merchant number takes live money: the country names them, the merchant or an operator delivers files, an
/// operator accepts them one by one. Two people then approve the merchant. Files are sealed, and each look at one stands in the audit log.
/// </summary>
internal sealed class Papers(IContexts contexts, AuditedStore store, MasterKeys keys, CountryCatalog countries, IdSource ids, TimeProvider time)
{
    public const int MostBytes = 5 * 1024 * 1024, MostFiles = 10;
    private const int NameLength = 100, NoteLength = 500;

    public static string BoundTo(MerchantDocumentRow row) => string.Create(CultureInfo.InvariantCulture, $"document:{row.MerchantNo}/{row.Id}");

    public async Task<IReadOnlyList<Paper>> ListAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        var country = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.Country).SingleOrDefaultAsync();
        return country is null ? [] : await ListAsync(context, merchantNo, country);
    }

    /// <summary>The same within a transaction.</summary>
    public async Task<IReadOnlyList<Paper>> ListAsync(PayproContext context, long merchantNo, string country)
    {
        var rows = await context.MerchantPapers.AsNoTracking().Where(p => p.MerchantNo == merchantNo).ToDictionaryAsync(p => p.Code);
        var files = await context.MerchantDocuments.Where(d => d.MerchantNo == merchantNo).OrderBy(d => d.Id)
            .Select(d => new PaperFile(d.Id, d.Code, d.Name, d.Size, d.AddedBy, d.AddedAtMs)).ToListAsync();
        return [.. (countries.FindCountry(country)?.Papers ?? []).Select(paper =>
        {
            var row = rows.GetValueOrDefault(paper.Code);
            return new Paper(paper.Code, paper.Name, row?.State ?? PaperState.Missing, row?.Note ?? "", row?.DecidedBy ?? "", [.. files.Where(f => f.Code == paper.Code)]);
        })];
    }

    /// <summary>Adds a file to a paper, which somebody has to look at then.</summary>
    /// <returns>A sentence that says what to mend; null when it is added.</returns>
    public Task<string?> AddFileAsync(Actor by, long merchantNo, string code, string fileName, byte[] content) => store.SaveAsync(async (context, trail) =>
    {
        if (await FindAsync(context, merchantNo, code) is not { } paper)
        {
            return "paper: is not one that this merchant's country asks for";
        }

        if (content.Length is 0 or > MostBytes || TypeOf(content) is not { } type)
        {
            return "file: must be a PDF, PNG or JPEG file of at most 5 MB";
        }

        if (paper.Files.Count >= MostFiles)
        {
            return "file: there are ten files already; ask for one of them to be refused, and name the new one in a note";
        }

        var row = new MerchantDocumentRow
        {
            Id = ids.Next(), MerchantNo = merchantNo, Code = code, Name = NameOf(fileName, type), Type = type, Size = content.Length, AddedBy = by.Text, AddedAtMs = time.NowMs(),
        };
        (row.MasterKeyId, row.Sealed) = keys.Seal(content, BoundTo(row));
        context.MerchantDocuments.Add(row);
        await SetAsync(context, merchantNo, code, p => (p.State, p.Note, p.DecidedBy, p.DecidedAtMs) = (PaperState.Delivered, "", "", 0));
        trail.Add(by, "paper.deliver", SubjectOf(merchantNo, code), after: new { file = row.Id, row.Name, row.Size }, chain: BucketOf(merchantNo));
        return null;
    });

    /// <summary>A file with its content, for whoever may look at persons.</summary>
    /// <returns>Null when there is no such file, or it does not open.</returns>
    public Task<(string Name, string Type, byte[] Content)?> ReadAsync(Actor by, long merchantNo, long fileId) => store.SaveAsync<(string, string, byte[])?>(async (context, trail) =>
    {
        if (await context.MerchantDocuments.AsNoTracking().SingleOrDefaultAsync(d => d.Id == fileId && d.MerchantNo == merchantNo) is not { } row)
        {
            return null;
        }

        try
        {
            var content = keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row));
            trail.Add(by, "paper.read", SubjectOf(merchantNo, row.Code), after: new { file = row.Id }, chain: BucketOf(merchantNo));
            return (row.Name, row.Type, content);
        }
        catch (CryptographicException)
        {
            return null;
        }
    });

    /// <summary>Accepts or refuses a paper, or says that this merchant need not show it.</summary>
    /// <returns>A sentence that says what to mend; null when it is decided.</returns>
    public Task<string?> DecideAsync(Actor by, long merchantNo, string code, PaperState state, string note, Action<PayproContext>? also = null) => store.SaveAsync(async (context, trail) =>
    {
        var line = OutsideText.Line(note.Trim(), NoteLength);
        var paper = await FindAsync(context, merchantNo, code);
        var problem = paper is null ? "paper: is not one that this merchant's country asks for"
            : state is not (PaperState.Accepted or PaperState.Refused or PaperState.NotNeeded) ? "state: must be accepted, refused or notNeeded"
            : state == PaperState.Accepted && paper.Files.Count == 0 ? "paper: has no file that could be accepted"
            : state != PaperState.Accepted && line.Length == 0 ? "note: must say why"
            : null;
        if (problem is not null)
        {
            return problem;
        }

        await SetAsync(context, merchantNo, code, p => (p.State, p.Note, p.DecidedBy, p.DecidedAtMs) = (state, line, by.Text, time.NowMs()));
        trail.Add(by, "paper.decide", SubjectOf(merchantNo, code), new { paper!.State, paper.Note }, new { state, note = line }, line, BucketOf(merchantNo));
        also?.Invoke(context);
        return null;
    });

    private async Task<Paper?> FindAsync(PayproContext context, long merchantNo, string code)
    {
        var country = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.Country).SingleOrDefaultAsync();
        return country is null ? null : (await ListAsync(context, merchantNo, country)).FirstOrDefault(p => p.Code == code);
    }

    private static async Task SetAsync(PayproContext context, long merchantNo, string code, Action<MerchantPaperRow> set)
    {
        var row = await context.MerchantPapers.SingleOrDefaultAsync(p => p.MerchantNo == merchantNo && p.Code == code);
        if (row is null)
        {
            row = new MerchantPaperRow { MerchantNo = merchantNo, Code = code };
            context.MerchantPapers.Add(row);
        }

        set(row);
    }

    /// <summary>What the first bytes say; a file's name says nothing that could be trusted.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> content) =>
        content.StartsWith("%PDF-"u8) ? "application/pdf"
        : content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : null;

    /// <summary>Its name alone, without a path; one by its type where nothing is left.</summary>
    public static string NameOf(string fileName, string type)
    {
        var name = OutsideText.Line(Path.GetFileName(fileName.Replace('\\', '/')).Trim(), NameLength);
        return name.Length > 0 ? name : $"file.{type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
    }

    private static string SubjectOf(long merchantNo, string code) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}/paper:{code}");

    private static short BucketOf(long merchantNo) => Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture));
}
