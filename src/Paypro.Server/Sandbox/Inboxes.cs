using Paypro.Protocol;
using Paypro.Server.Orders;

namespace Paypro.Server.Sandbox;

/// <summary>
/// Catches what is sent to <c>/sandbox/inbox/{name}</c>, so that a merchant's developer sees notifications before there is a program for them. In the
/// memory of this process alone, and little of it: the oldest goes first.
/// </summary>
internal sealed class Inboxes(OrderQueries orders, PageAddress pages, TimeProvider time)
{
    public const int MostInboxes = 50, MostMessages = 20, MostName = 40;

    /// <summary>The inbox of the examples.</summary>
    public const string Examples = "docs";

    private const int MostHeaders = 20, MostHeaderLength = 256;

    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly Lock one = new();
    private readonly Dictionary<string, LinkedList<InboxMessage>> inboxes = new(StringComparer.Ordinal);
    private long lastId;

    /// <summary>Where the sandbox is reached.</summary>
    public string Root => pages.Root();

    /// <summary>What a merchant gives as <c>notifyUrl</c>.</summary>
    public string AddressOf(string name) => Root + PathOf(name);

    public static string PathOf(string name) => $"/sandbox/inbox/{name}";

    public static bool IsName(string name) => name.Length is > 0 and <= MostName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>The newest first; empty where nothing came.</summary>
    public IReadOnlyList<InboxMessage> Read(string name)
    {
        lock (one)
        {
            Forget();
            return inboxes.TryGetValue(name, out var messages) ? [.. messages] : [];
        }
    }

    /// <param name="name">A right name.</param>
    /// <param name="request">Its path and headers.</param>
    /// <param name="body">At most <see cref="FlatBody.MaxBytes"/>.</param>
    /// <param name="cancellation">Of the request.</param>
    public async Task TakeAsync(string name, HttpRequest request, byte[] body, CancellationToken cancellation)
    {
        var number = FlatBody.Read(body, out _)?.Text("platFormTradeNo");
        var order = number is { Length: > 0 and <= 64 } ? await orders.FindAsync(number, cancellation) : null;
        var headers = request.Headers.Take(MostHeaders).Select(header => KeyValuePair.Create(Cut(header.Key), Cut(header.Value.ToString()))).ToList();
        lock (one)
        {
            Forget();
            if (!inboxes.TryGetValue(name, out var messages))
            {
                if (inboxes.Count >= MostInboxes)
                {
                    inboxes.Remove(inboxes.MinBy(inbox => inbox.Value.First!.Value.Id).Key);
                }

                inboxes.Add(name, messages = new LinkedList<InboxMessage>());
            }

            messages.AddFirst(new InboxMessage(++lastId, time.GetUtcNow().ToUnixTimeMilliseconds(), request.Path, headers, body, order?.Order.MerchantNo));
            if (messages.Count > MostMessages)
            {
                messages.RemoveLast();
            }
        }
    }

    private static string Cut(string text) => text.Length <= MostHeaderLength ? text : text[..MostHeaderLength] + "…";

    private void Forget()
    {
        var before = time.GetUtcNow().Subtract(KeptFor).ToUnixTimeMilliseconds();
        foreach (var (name, messages) in inboxes.ToList())
        {
            while (messages.Last is { } oldest && oldest.Value.AtMs < before)
            {
                messages.RemoveLast();
            }

            if (messages.Count == 0)
            {
                inboxes.Remove(name);
            }
        }
    }
}
