using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Paypro.Server.Checkout.Pages;

namespace Paypro.Server.Checkout;

/// <summary>Renders the page's components to text, once, on the server; nothing of the framework reaches the browser.</summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory loggers)
{
    public async Task<string> RenderAsync(PageView view)
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(CascadingValue<>.Value)] = view,
            [nameof(CascadingValue<>.IsFixed)] = true,
            [nameof(CascadingValue<>.ChildContent)] = (RenderFragment)(builder =>
            {
                builder.OpenComponent(0, view.Wallet is null ? typeof(Document) : typeof(Wallet));
                builder.CloseComponent();
            }),
        });
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<CascadingValue<PageView>>(parameters)).ToHtmlString());
    }
}
