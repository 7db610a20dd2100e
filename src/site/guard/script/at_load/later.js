// What is made when it is first asked for.
const later = AT_LOAD(function (make) {
    let made;
    return () => made || (made = make());
});
