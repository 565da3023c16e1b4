import { createHash } from 'node:crypto';

/** The one style sheet of all pages. Light and dark, from 320 px up; every pair of colours has a contrast of 4.5 at least. */
export const css = `
:root{
  color-scheme:light dark;
  --page:#f3f5f7;--card:#fff;--ink:#17202b;--soft:#4a5766;--line:#cdd5de;--well:#f3f5f7;--link:#0a55b8;
  --go:#12703b;--on-go:#fff;--stop:#a8201a;--low:#2f5d46;--medium:#5b5200;--high:#8a3d00;
  --critical:#a8201a;--on-critical:#fff;--added:#12703b;--removed:#a8201a}
@media (prefers-color-scheme:dark){:root{
  --page:#11161c;--card:#1a2129;--ink:#e9eef4;--soft:#aab6c4;--line:#3b4754;--well:#11161c;--link:#8fbcff;
  --go:#83dca4;--on-go:#06230f;--stop:#ffb0a8;--low:#8fd3b0;--medium:#e2d36b;--high:#ffb77a;
  --critical:#ffb0a8;--on-critical:#3d0703;--added:#83dca4;--removed:#ffb0a8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:46rem;margin:0 auto;padding:0 1rem}
header{padding-top:.75rem;padding-bottom:.75rem;color:var(--soft);font-size:.9375rem;display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between}
header b{color:var(--ink)}
footer{color:var(--soft);font-size:.875rem;padding-top:.5rem;padding-bottom:2rem}
section,.lead{background:var(--card);border:1px solid var(--line);border-radius:.625rem;padding:1rem;margin:0 0 .75rem;overflow:clip}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.0625rem;line-height:1.3;margin:0 0 .5rem}
h3{font-size:1rem;margin:.75rem 0 .25rem}
p{margin:.5rem 0}
a{color:var(--link)}
a:not(.button),summary{display:inline-block;padding:.5625rem 0;min-height:2.75rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:.25rem}
.tags{display:flex;flex-wrap:wrap;gap:.5rem;font-weight:600;font-size:.9375rem}
.tag{border:1px solid currentColor;border-radius:1rem;padding:.0625rem .625rem}
.tag.low{color:var(--low)}.tag.medium{color:var(--medium)}.tag.high{color:var(--high)}
.tag.critical{background:var(--critical);color:var(--on-critical);border-color:var(--critical)}
.lead.critical{border-top:.375rem solid var(--critical)}
.soft{color:var(--soft)}
.small{font-size:.9375rem}
.notice{border-left:.3125rem solid var(--high);padding:.25rem 0 .25rem .75rem;margin:0 0 .75rem}
.notice.bad{border-color:var(--stop)}
.notice.good{border-color:var(--go)}
.notice p{margin:.25rem 0}
.banner{border:2px solid var(--critical);border-top-width:.375rem;border-radius:.625rem;background:var(--card);padding:1rem;margin:0 0 .75rem;overflow:clip}
.banner p{margin:0 0 .5rem}
dl{margin:0 0 .75rem}
h2+dl>dt:first-child{margin-top:0}
dt{color:var(--soft);font-size:.9375rem;margin-top:.5rem}
dd{margin:0}
@media (min-width:40rem){
  section,.lead{padding:1.25rem}
  .pairs{display:grid;grid-template-columns:minmax(8rem,13rem) 1fr;gap:.375rem 1rem}
  .pairs dt,.pairs dd{margin:0}}
ul,ol{margin:.25rem 0;padding-left:1.25rem}
li{margin:.25rem 0}
ul.plain,ol.plain{list-style:none;padding:0}
.plain>li{padding:.5rem 0;border-top:1px solid var(--line);margin:0}
.plain>li:first-child{border-top:0;padding-top:0}
.plain>li:last-child{padding-bottom:0}
.links>li{padding:0}
section>:last-child,.lead>:last-child,.notice>:last-child{margin-bottom:0}
.lines{white-space:pre-wrap}
.scroll{max-height:24rem;overflow:auto;overscroll-behavior:auto;background:var(--well);border:1px solid var(--line);border-radius:.375rem;padding:.625rem .75rem;margin:.25rem 0}
pre,code,.code{font:.9375rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:0;white-space:pre-wrap}
.pairs dt.code{color:var(--ink);font-weight:600}
summary{cursor:pointer;color:var(--link);text-decoration:underline}
del,ins{text-decoration:none;display:block}
del{color:var(--removed)}ins{color:var(--added)}
form{margin:0}
label{display:block;font-weight:600;margin-top:.75rem}
.hint{color:var(--soft);font-size:.9375rem;margin:0}
fieldset{border:1px solid var(--line);border-radius:.375rem;margin:.75rem 0;padding:.25rem .75rem .75rem;min-width:0}
legend{font-weight:600;padding:0 .25rem}
.problem{color:var(--stop);font-size:.9375rem;font-weight:600;margin:.25rem 0 0}
textarea,select,input:not([type=checkbox]){display:block;width:100%;min-width:0;min-height:3rem;margin-top:.25rem;padding:.625rem;font:inherit;color:inherit;background:var(--page);border:1px solid var(--soft);border-radius:.375rem}
textarea{min-height:5.5rem;resize:vertical}
textarea.code{font:.9375rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
input[type][aria-invalid=true],select[aria-invalid=true],textarea[aria-invalid=true]{border:2px solid var(--stop)}
.check{display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;align-items:start;padding:.25rem 0}
.check label{font-weight:400;margin:0;padding:.5625rem 0;min-height:2.75rem}
.check input{width:1.375rem;height:1.375rem;margin:.6875rem 0 0;accent-color:var(--link)}
.flat{margin:0}
.check input[aria-invalid=true]{outline:2px solid var(--stop);outline-offset:2px}
.check input:focus-visible{outline:3px solid var(--link)}
form details{margin-top:.75rem}
.apart{border-top:1px solid var(--line);margin-top:1rem}
.answers{display:grid;gap:.75rem;margin-top:1rem}
@media (min-width:40rem){.answers{grid-template-columns:repeat(auto-fit,minmax(9.25rem,1fr))}}
button,.button{font:inherit;font-weight:600;min-height:3rem;padding:.5rem .625rem;border-radius:.5rem;border:2px solid var(--soft);background:transparent;color:var(--ink);cursor:pointer;text-align:center;text-decoration:none;display:inline-block}
[hidden]{display:none}
button.go{background:var(--go);border-color:var(--go);color:var(--on-go)}
button.stop{border-color:var(--stop);color:var(--stop)}
.button{border-color:var(--link);color:var(--link);padding:.5rem 1rem}
@media (forced-colors:active){button,.tag{border:2px solid ButtonText}}
@media print{.scroll{max-height:none}form{display:none}}
`.replace(/\n\s*/g, '');

/** The style sheet's source expression in the content security policy. */
export const cssSource = `'sha256-${createHash('sha256').update(css).digest('base64')}'`;
