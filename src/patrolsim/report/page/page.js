'use strict';
(function () {
  var root = document.documentElement;
  var names = { en: 'en', zh: 'zh-Hans' };
  var button = document.getElementById('language');
  function speak(lang) {
    root.dataset.lang = lang;
    root.lang = names[lang];
    button.textContent = lang === 'zh' ? 'English' : '中文';
    button.lang = lang === 'zh' ? 'en' : 'zh-Hans';
    document.querySelectorAll('[data-en]').forEach(function (element) {
      element.textContent = element.dataset[lang];
    });
  }
  var own = (navigator.language || 'en').toLowerCase().indexOf('zh') === 0 ? 'zh' : 'en';
  speak(root.dataset.wanted || own);
  button.addEventListener('click', function () { speak(root.dataset.lang === 'zh' ? 'en' : 'zh'); });
  if (window.matchMedia('(max-width: 40rem)').matches) {
    document.querySelectorAll('details.long').forEach(function (element) { element.open = false; });
  }
  // In the frame of a notebook there is no file beside the page.
  var day = document.querySelector('nav .day');
  if (day && window.parent !== window) day.hidden = true;
  document.getElementById('theme').addEventListener('click', function () {
    var dark = root.dataset.theme ? root.dataset.theme === 'dark'
      : window.matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
})();
